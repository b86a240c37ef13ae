internal import Foundation
internal import PostgresClient
internal import Synchronization

/// What the bench asks of a process of keepers, a line of JSON each.
enum KeeperOrder: Codable, Sendable {
  /// The primaries' hosts of these groups are lost.
  case lose(groups: [Int])
  /// Tell what the reports took since the last time.
  case tellTimes
}

/// What a process of keepers tells the bench.
enum KeeperMessage: Codable, Sendable {
  /// A group's standby takes writes, so many seconds after the primary's host was lost, if it was.
  case serves(group: Int, after: Double?)
  /// Milliseconds of each report, and how many rounds failed.
  case times(answers: [Double], failures: Int)
}

/// A process of its own that runs the keepers of some groups; see `KeeperLoop`.
final class KeeperProcess: Sendable {
  let groups: ClosedRange<Int>
  private let process: Process
  private let orders = Pipe()
  private let answers = Pipe()
  private let unread = Mutex(Data())

  init(_ groups: ClosedRange<Int>, uri: String) throws {
    self.groups = groups
    process = Process()
    process.executableURL = URL(fileURLWithPath: CommandLine.arguments[0])
    process.arguments = ["--keepers", uri, String(groups.lowerBound), String(groups.upperBound)]
    process.standardInput = orders
    process.standardOutput = answers
    try process.run()
  }

  func tell(_ order: KeeperOrder) throws {
    try orders.fileHandleForWriting.write(
      contentsOf: try JSONEncoder().encode(order) + Data("\n".utf8))
  }

  /// What it told, each message once; waits a moment for the next one.
  func messages() throws -> [KeeperMessage] {
    try unread.withLock { unread in
      var polled = pollfd(
        fd: answers.fileHandleForReading.fileDescriptor, events: Int16(POLLIN), revents: 0)
      guard poll(&polled, 1, 100) > 0 else { return [] }
      unread += answers.fileHandleForReading.availableData
      guard let end = unread.lastIndex(of: UInt8(ascii: "\n")) else { return [] }
      let lines = unread[unread.startIndex...end].split(separator: UInt8(ascii: "\n"))
      unread = Data(unread[(end + 1)...])
      return try lines.map { try JSONDecoder().decode(KeeperMessage.self, from: Data($0)) }
    }
  }

  /// Ends it; its keepers with it.
  func end() {
    process.terminate()
    process.waitUntilExit()
  }
}
