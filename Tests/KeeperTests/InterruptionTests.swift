import Failover
import Testing

@testable import Keeper

/// S5 over all rows of the table: each way is cut short after each of its steps, the keeper is lost
/// with it, and a new one that knows only the state file comes to the same end.
struct InterruptionTests {
  static let ways: [Way] = Transition.all.flatMap { row in
    row.from.sorted { $0.rawValue < $1.rawValue }.filter(isReal).map { Way(from: $0, to: row.to) }
  }

  struct Way: Sendable, CustomTestStringConvertible {
    var from: NodeState
    var to: NodeState
    var testDescription: String { "\(from.rawValue) to \(to.rawValue)" }
  }

  /// States that nobody is ever in have no server that would fit them.
  static func isReal(_ state: NodeState) -> Bool { state != .unknown }

  @Test(arguments: ways)
  func aWayCutShortAnywhereLeadsToTheSameEnd(way: Way) async throws {
    let whole = try await Bench(way.from, goal: way.to)
    defer { whole.cleanUp() }
    try await whole.drive(try whole.keeper(), to: way.to)
    let end = await whole.server.shape
    let commands = await whole.server.calls.count

    for number in 1...max(commands, 1) {
      for how in [FakeServer.Cut.before, .after] {
        for crashes in [false, true] {
          let bench = try await Bench(way.from, goal: way.to)
          defer { bench.cleanUp() }
          await bench.server.cut(at: number, how)
          let first = try bench.keeper()
          await first.round()
          try await bench.settle(first)
          await bench.server.mend()
          if crashes { await bench.server.change { $0.crash() } }

          let second = try bench.keeper()
          try await bench.drive(second, to: way.to)
          // A restart in place may come after the report.
          try await bench.pass(2, second)
          let resumed = await bench.server.shape
          let isLeftAlone = way.to.server == .unmanaged && crashes
          #expect(
            resumed == end || isLeftAlone,
            "cut \(how) command \(number), \(crashes ? "with" : "without") a crash")
          #expect(try bench.saved().current == way.to)
        }
      }
    }
  }
}

extension FakeServer.Shape {
  /// The process dies; what is on disk stays.
  mutating func crash() {
    if process != .absent { process = .stopped }
  }
}
