import Failover
import Foundation
import Logging
import MonitorClient
import Synchronization
import Testing

@testable import Keeper

/// A keeper with a fake server and a fake monitor, on a clock that a test moves.
struct Bench: Sendable {
  let server: FakeServer
  let monitor: FakeMonitor
  let clock = TestClock()
  let file: StateFile
  let log = LogLines()
  let directory: String
  var settings = KeeperSettings()

  /// A node in this state whose server fits it.
  init(
    _ current: NodeState, goal: NodeState? = nil, server shape: FakeServer.Shape? = nil,
    _ change: @Sendable (inout KeeperState) -> Void = { _ in }
  ) async throws {
    directory = "\(FileManager.default.temporaryDirectory.path)/keeper-\(UUID().uuidString)"
    file = StateFile(path: directory + "/pg_autoctl.state")
    server = FakeServer(shape ?? Self.shape(fitting: current))
    monitor = FakeMonitor(goal: goal ?? current)
    var state = KeeperState(
      formation: "default", nodeID: 1, groupID: 0, current: current, goal: current,
      systemIdentifier: current == .initial || current == .waitStandby ? nil : 7)
    if current == .primary || current == .applySettings {
      state.confirmedStandbyNames = Self.names
    }
    change(&state)
    try await file.save(state)
  }

  static let names = "ANY 1 (pgautofailover_standby_2)"

  /// The server as a node in this state has it.
  static func shape(fitting state: NodeState) -> FakeServer.Shape {
    var shape = FakeServer.Shape()
    switch state.server {
    case .primary:
      shape.process = .running
      if state == .primary || state == .applySettings { shape.standbyNames = names }
    case .standby:
      shape = FakeServer.Shape(process: .running, isInRecovery: true, isAttached: true)
    case .detachedStandby:
      shape = FakeServer.Shape(process: .running, isInRecovery: true)
    case .stopped: break
    case .unmanaged:
      let hasNothing = state == .initial || state == .waitStandby || state == .unknown
      shape =
        hasNothing
        ? FakeServer.Shape(process: .absent)
        : FakeServer.Shape(process: .running, isInRecovery: true, isAttached: true)
    }
    return shape
  }

  /// A keeper that takes up what the state file holds.
  func keeper(
    progress: @escaping @Sendable (String) -> Void = { _ in },
    keepSnapshot: (@Sendable (String) async throws -> Void)? = nil
  ) throws -> KeeperService {
    var logger = Logger(label: "keeper") { _ in Recorder(lines: log) }
    logger.logLevel = .debug
    return try KeeperService(
      settings: settings, stateFile: StateFile(path: file.path), server: server, monitor: monitor,
      clock: SteadyClock(clock), logger: logger, progress: progress, keepSnapshot: keepSnapshot)
  }

  /// What is on disk.
  func saved() throws -> KeeperState { try StateFile(path: file.path).load() }

  /// Performs rounds, a second apart, each with what it started, until the node is where it should be.
  func drive(_ keeper: KeeperService, to state: NodeState, rounds: Int = 30) async throws {
    for _ in 0..<rounds {
      await keeper.round()
      try await settle(keeper)
      if await monitor.last?.state == state { return }
      clock.advance(by: .seconds(1))
    }
    Issue.record("The node is \(await keeper.currentState.current), not \(state).")
  }

  /// Performs rounds a second apart for so long.
  func pass(_ seconds: Int, _ keeper: KeeperService) async throws {
    for _ in 0..<seconds {
      clock.advance(by: .seconds(1))
      await keeper.round()
      try await settle(keeper)
    }
  }

  /// Waits until the action under way and a stop have ended.
  func settle(_ keeper: KeeperService) async throws {
    try await until("the action ends") { await keeper.isIdle }
  }

  func cleanUp() { try? FileManager.default.removeItem(atPath: directory) }
}

extension KeeperService {
  var isIdle: Bool { action == nil && stopping == nil }
  var isActing: Bool { action != nil }
}

/// Waits until something is true, for five minutes at most.
func until(
  _ what: String, sourceLocation: SourceLocation = #_sourceLocation,
  _ condition: @Sendable () async throws -> Bool
) async throws {
  let start = ContinuousClock.now
  while try await !condition() {
    if ContinuousClock.now - start > .seconds(300) {
      Issue.record("It did not happen that \(what).", sourceLocation: sourceLocation)
      throw CancellationError()
    }
    // Looks often, and leaves the processor to those it waits for.
    try await Task.sleep(for: .milliseconds(1))
  }
}

/// The lines that were logged.
final class LogLines: Sendable {
  private let lines = Mutex<[String]>([])
  var all: [String] { lines.withLock { $0 } }
  func append(_ line: String) { lines.withLock { $0.append(line) } }
  func count(containing part: String) -> Int { all.count { $0.contains(part) } }
}

struct Recorder: LogHandler {
  let lines: LogLines
  var metadata: Logger.Metadata = [:]
  var logLevel: Logger.Level = .debug
  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }
  init(lines: LogLines) { self.lines = lines }
  func log(event: LogEvent) { lines.append("\(event.level): \(event.message)") }
}

extension Bench {
  /// Makes every save fail: the place of the file that is written aside is taken.
  func obstructStateFile() throws {
    try FileManager.default.createDirectory(
      atPath: file.path + ".new/full", withIntermediateDirectories: true)
  }

  /// Lets saves succeed again.
  func clearStateFile() throws {
    try FileManager.default.removeItem(atPath: file.path + ".new")
  }
}
