internal import Configuration
internal import FoundationEssentials
internal import Synchronization

/// Why a state file could not be used.
public struct StateFileError: Error, Sendable, Equatable, CustomStringConvertible {
  public enum Code: Sendable, Equatable {
    /// There is no such file.
    case missing
    /// It is cut short, or holds something else.
    case damaged
    /// It was written by a version that this program does not know.
    case unknownFormat
    /// It could not be read or written.
    case fileSystem
  }

  public var code: Code
  /// What happened, in a sentence that names the file.
  public var message: String
  /// What to do, in a sentence.
  public var hint: String?

  public var description: String { hint.map { "\(message) (\($0))" } ?? message }
}

/// The file that holds a keeper's state. It is replaced whole, and a file that is not whole is an
/// error: a node never forgets what it has promised by starting afresh.
public final class StateFile: Sendable {
  /// Where it lies.
  public let path: String
  private let saved = Mutex<KeeperState?>(nil)
  private let storage: any StateStorage

  /// A file on the disk, or in another storage.
  public init(path: String, storage: (any StateStorage)? = nil) {
    self.path = path
    self.storage = storage ?? DiskStorage()
  }

  /// Is there a file?
  public var exists: Bool { storage.exists(path) }

  /// Reads the state.
  public func load() throws(StateFileError) -> KeeperState {
    let text: String
    do {
      text = try storage.read(path)
    } catch {
      guard error.code == .noFile else { throw Self.failure(error) }
      throw StateFileError(
        code: .missing, message: "There is no state file \(path).",
        hint: "Create the node first with: pg_autoctl create postgres")
    }
    let state = try parse(text)
    saved.withLock { $0 = state }
    return state
  }

  /// Saves the state and returns once it is on disk. The file is left alone when it holds it already.
  public func save(_ state: KeeperState) async throws(StateFileError) {
    if saved.withLock({ $0 == state }), storage.exists(path) { return }
    do {
      try await storage.write(try StateDocument(state).text(), to: path)
    } catch let error as ConfigurationError {
      throw Self.failure(error)
    } catch {
      throw StateFileError(code: .fileSystem, message: "Cannot write \(path): \(error).")
    }
    saved.withLock { $0 = state }
  }

  /// Removes the file durably; harmless when there is none.
  public func remove() throws(StateFileError) {
    do {
      try storage.remove(path)
      saved.withLock { $0 = nil }
    } catch {
      throw Self.failure(error)
    }
  }

  private func parse(_ text: String) throws(StateFileError) -> KeeperState {
    let content = Data(text.utf8)
    let decoder = JSONDecoder()
    guard let header = try? decoder.decode(StateDocument.Header.self, from: content) else {
      throw damaged("it is \(content.count) bytes long and not a whole JSON document")
    }
    guard header.format == StateDocument.version else {
      throw StateFileError(
        code: .unknownFormat,
        message: """
          The state file \(path) has format \(header.format), and this program knows format \
          \(StateDocument.version).
          """,
        hint: "Run the version of pg_autoctl that wrote it, or a newer one.")
    }
    guard let state = (try? decoder.decode(StateDocument.self, from: content))?.state else {
      throw damaged("a key is missing or has a value that means nothing")
    }
    return state
  }

  private func damaged(_ why: String) -> StateFileError {
    StateFileError(
      code: .damaged, message: "The state file \(path) is damaged: \(why).",
      hint: """
        Put a copy back in its place; or drop the node on the monitor with pg_autoctl drop node, move \
        the file away, and create the node again.
        """)
  }

  private static func failure(_ error: ConfigurationError) -> StateFileError {
    StateFileError(code: .fileSystem, message: error.description, hint: nil)
  }
}
