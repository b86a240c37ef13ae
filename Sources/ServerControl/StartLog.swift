internal import Glibc

/// What a server prints from its start on, in `startup.log` of its data directory: everything when it
/// has no log collector, else what comes before that.
final class StartLog: Sendable {
  let path: String
  private let directory: String
  /// How long the file was before this start.
  private let start: Int

  init(directory: String) {
    self.directory = directory
    path = directory + "/startup.log"
    var status = stat()
    start = stat(path, &status) == 0 && status.st_size < Self.largest ? Int(status.st_size) : 0
  }

  /// A longer file is put aside at the next start, and the one before it removed.
  private static let largest = 16 << 20

  func begin() throws(ServerError) {
    var status = stat()
    if stat(path, &status) == 0, status.st_size >= Self.largest {
      try DurableFiles.rename(path, to: path + ".1")
    }
  }

  /// What the server has printed since.
  var text: String {
    let all = (try? DurableFiles.read(path)) ?? []
    return String(decoding: all.dropFirst(min(start, all.count)).suffix(65_536), as: UTF8.self)
  }

  /// Why the server did not start: from what it printed, else from its own log, else from the disk.
  func failure(otherwise output: String) -> ServerError {
    let printed = text
    if Self.tellsReason(printed) { return .program("The start of the server", said: printed) }
    let collected = collectedText
    if Self.tellsReason(collected) { return .program("The start of the server", said: collected) }
    if let free = DurableFiles.freeSpace(at: directory), free < Self.leastSpace {
      return ServerError(
        code: .diskFull,
        message: "The start of the server failed: No space left on device"
          + " (\(free / 1024) kB are free for \(directory))",
        hint: "Free some space; the next try goes on from here.")
    }
    return .program(
      "The start of the server", said: printed.isEmpty ? output : printed, hint: "See \(path).")
  }

  /// A server that cannot make one more file of its log cannot start.
  private static let leastSpace: UInt64 = 16 << 20

  private static func tellsReason(_ text: String) -> Bool {
    ["FATAL:", "PANIC:"].contains { text.contains($0) } || ServerLog.tellsOfFullDisk(text)
  }

  /// The end of the file that the log collector writes, if there is one.
  private var collectedText: String {
    guard let list = try? DurableFiles.text(directory + "/current_logfiles"),
      let line = list.split(separator: "\n").first(where: { $0.hasPrefix("stderr ") })
    else { return "" }
    let name = String(line.dropFirst("stderr ".count))
    let path = name.hasPrefix("/") ? name : directory + "/" + name
    let content = (try? DurableFiles.read(path)) ?? []
    return String(decoding: content.suffix(16_384), as: UTF8.self)
  }
}
