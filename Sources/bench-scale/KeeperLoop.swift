internal import Foundation
internal import PostgresClient

/// What a process of keepers does: all of them on one thread, and the orders of the bench on standard input.
final class KeeperLoop {
  private var groups: [Int: SimulatedGroup] = [:]
  private var keepers: [Int64: SimulatedKeeper] = [:]
  private var unread = Data()

  init(_ numbers: ClosedRange<Int>, monitor target: ConnectionString) {
    for number in numbers {
      let group = SimulatedGroup(number: number)
      groups[number] = group
      for id in [group.primaryID, group.standbyID] {
        // They begin at any time of the second, as in life.
        keepers[id] = SimulatedKeeper(
          nodeID: id, in: group, monitor: target, from: .now + .milliseconds(.random(in: 0..<1000)),
          telling: Self.tell)
      }
    }
  }

  /// Serves until the bench hangs up.
  func run() throws {
    let all = Array(keepers.values)
    while true {
      var polled = all.map(\.polled) + [pollfd(fd: 0, events: Int16(POLLIN), revents: 0)]
      let first = all.map(\.deadline).min() ?? .now
      let rest = max(0, Int32(clamping: Int((first - .now) / .milliseconds(1)) + 1))
      _ = poll(&polled, nfds_t(polled.count), first <= .now ? 0 : rest)
      if polled[all.count].revents != 0 {
        let input = FileHandle.standardInput.availableData
        if input.isEmpty { return }
        try obey(input)
      }
      for (keeper, heard) in zip(all, polled)
      where heard.revents != 0 || keeper.deadline <= .now {
        keeper.step()
      }
    }
  }

  private func obey(_ input: Data) throws {
    unread += input
    while let end = unread.firstIndex(of: UInt8(ascii: "\n")) {
      try obey(try JSONDecoder().decode(KeeperOrder.self, from: unread[unread.startIndex..<end]))
      unread = Data(unread[(end + 1)...])
    }
  }

  private func obey(_ order: KeeperOrder) throws {
    switch order {
    case .lose(let lost):
      for group in lost.compactMap({ groups[$0] }) {
        group.lostAt = .now
        keepers[group.primaryID]?.end()
      }
    case .tellTimes:
      var (answers, failures): ([Double], Int) = ([], 0)
      for keeper in keepers.values {
        let times = keeper.takeTimes()
        answers += times.answers
        failures += times.failures
      }
      Self.tell(.times(answers: answers, failures: failures))
    }
  }

  private static func tell(_ message: KeeperMessage) {
    guard let line = try? JSONEncoder().encode(message) else { return }
    try? FileHandle.standardOutput.write(contentsOf: line + Data("\n".utf8))
  }
}
