internal import Configuration
internal import Glibc

/// Why a pid file could not be held.
public struct PidFileError: Error, Sendable, Equatable, CustomStringConvertible {
  public enum Code: Sendable, Equatable {
    /// Another process keeps this directory.
    case held(by: Int32?)
    /// The file could not be made or written.
    case fileSystem
  }

  public var code: Code
  public var message: String
  public var hint: String?

  public var description: String { hint.map { "\(message) (\($0))" } ?? message }
}

/// Who keeps a data directory: process, directory and version, one a line.
///
/// What counts is the lock on the file, which the operating system drops with the process, so that a
/// file left behind never stands in anybody's way, and a number used again by another process never
/// misleads.
public final class PidFile: Sendable {
  /// What the file says.
  public struct Content: Sendable, Equatable {
    public var pid: Int32
    public var pgdata: String
    public var version: String
  }

  public let path: String
  private let descriptor: Int32

  /// Takes the lock and writes the file; it is held until `release()` or the end of the process.
  public init(path: String, pgdata: String, version: String) throws(PidFileError) {
    self.path = path
    self.descriptor = try Self.lock(path)
    let text = "\(getpid())\n\(pgdata)\n\(version)\n"
    let isWritten =
      ftruncate(descriptor, 0) == 0
      && text.utf8CString.withUnsafeBytes {
        pwrite(descriptor, $0.baseAddress, $0.count - 1, 0) == $0.count - 1
      }
    guard isWritten else {
      let failure = Self.failure("write", path)
      close(descriptor)
      throw failure
    }
  }

  deinit { close(descriptor) }

  /// Removes the file. The lock goes with this object.
  public func release() {
    unlink(path)
  }

  /// What the file says if a living process holds it, else `nil`.
  public static func holder(of path: String) -> Content? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    if flock(descriptor, LOCK_SH | LOCK_NB) == 0 { return nil }
    return content(of: path)
  }

  /// What the file says, whoever wrote it.
  static func content(of path: String) -> Content? {
    (try? DurableFile.read(path)).flatMap { Content($0) }
  }

  private static func lock(_ path: String) throws(PidFileError) -> Int32 {
    try makeDirectory(of: path)
    while true {
      let descriptor = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o600)
      guard descriptor >= 0 else { throw failure("open", path) }
      guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
        let failure = errno == EWOULDBLOCK ? held(path) : failure("lock", path)
        close(descriptor)
        throw failure
      }
      if isStill(descriptor, at: path) { return descriptor }
      // Its last holder removed it between our two calls.
      close(descriptor)
    }
  }

  /// Makes the directories that are missing: for their owner only, but below a place that everybody
  /// shares, as /tmp, shared in the same way, since the next user's directories lie beside ours.
  private static func makeDirectory(of path: String) throws(PidFileError) {
    guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { return }
    let directory = String(path[..<slash])
    if access(directory, F_OK) == 0 { return }
    try makeDirectory(of: directory)
    let mode: mode_t = isShared(parent(of: directory)) ? 0o1777 : 0o700
    if mkdir(directory, 0o700) == 0 {
      // The mask of this process does not count.
      guard chmod(directory, mode) == 0 else { throw failure("set the mode of", directory) }
    } else if errno != EEXIST {
      throw failure("make", directory)
    }
  }

  private static func parent(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  /// May everybody write there, and remove only what is theirs?
  private static func isShared(_ directory: String) -> Bool {
    var place = stat()
    let shared: mode_t = 0o1002
    return stat(directory, &place) == 0 && place.st_mode & shared == shared
  }

  private static func isStill(_ descriptor: Int32, at path: String) -> Bool {
    var ours = stat()
    var theirs = stat()
    return fstat(descriptor, &ours) == 0 && stat(path, &theirs) == 0
      && ours.st_ino == theirs.st_ino && ours.st_dev == theirs.st_dev
  }

  private static func held(_ path: String) -> PidFileError {
    let holder = content(of: path)
    let who = holder.map { "Process \($0.pid) keeps \($0.pgdata) already" } ?? "Another keeper runs"
    return PidFileError(
      code: .held(by: holder?.pid), message: "\(who): it holds \(path).",
      hint: "Stop it with pg_autoctl stop, or choose another data directory.")
  }

  private static func failure(_ attempt: String, _ path: String) -> PidFileError {
    PidFileError(
      code: .fileSystem, message: "Cannot \(attempt) \(path): \(String(cString: strerror(errno))).",
      hint: "Check the owner and the permissions of its directory.")
  }
}

extension PidFile.Content {
  /// Reads the text of such a file; `nil` when it names no process that could be signalled.
  init?(_ text: String) {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    guard lines.count >= 3, let pid = Int32(lines[0]), pid > 1 else { return nil }
    self.init(pid: pid, pgdata: lines[1], version: lines[2])
  }
}
