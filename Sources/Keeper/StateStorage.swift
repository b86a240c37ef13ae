public import Configuration
internal import Dispatch

/// What state files are written to.
public protocol StateStorage: Sendable {
  func exists(_ path: String) -> Bool
  func read(_ path: String) throws(ConfigurationError) -> String
  /// Replaces the file whole and returns once it is on disk.
  func write(_ text: String, to path: String) async throws(ConfigurationError)
  func remove(_ path: String) throws(ConfigurationError)
}

/// The disk. It may hang; whoever waits for it does so on a queue, in order.
struct DiskStorage: StateStorage {
  private let queue = DispatchQueue(label: "keeper.state-file")

  func exists(_ path: String) -> Bool { DurableFile.exists(path) }
  func read(_ path: String) throws(ConfigurationError) -> String { try DurableFile.read(path) }
  func write(_ text: String, to path: String) async throws(ConfigurationError) {
    let outcome = await withCheckedContinuation {
      (done: CheckedContinuation<Result<Void, ConfigurationError>, Never>) in
      queue.async {
        done.resume(
          returning: Result { () throws(ConfigurationError) in
            try DurableFile.write(text, to: path)
          })
      }
    }
    try outcome.get()
  }
  func remove(_ path: String) throws(ConfigurationError) { try DurableFile.remove(path) }
}
