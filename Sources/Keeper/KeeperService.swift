internal import Failover
public import Logging
public import MonitorClient
public import ServerControl

/// Keeps one server: looks, reports, plans, performs, remembers, once a second and whenever something
/// happens.
///
/// Two loops share the work. One reports to the monitor and acts on its answers. The other never
/// waits for the monitor: it looks at the server, restarts it in place, and stops it when it must be
/// fenced. Steps are performed beside both, one action at a time, so that reports go on during a long
/// one.
public actor KeeperService {
  nonisolated let server: any PostgresServer
  nonisolated let monitor: any Monitor
  nonisolated let stateFile: StateFile
  nonisolated let clock: SteadyClock
  nonisolated let logger: Logger
  nonisolated let progress: @Sendable (String) -> Void
  nonisolated let planner = KeeperPlanner()

  var settings: KeeperSettings
  /// What is on disk. It is saved first and believed then.
  var state: KeeperState
  /// What the monitor last assigned; on disk as soon as possible.
  var goal: NodeState
  /// When the request was sent that was answered with this goal.
  var goalHeardAt: Duration?

  var seen = Observation(process: .absent)
  /// When the last look began.
  var lookedAt: Duration?
  /// Has an action ended since the last look?
  var isSeenStale = false
  var lastPosition = LogPosition.unknown
  var lastTimeline = 0
  var health = ServerHealth()
  var upstream: UpstreamWatch
  var fencing: Fencing
  var gate: StartGate
  var troubles: Troubles
  var retries = Retries()
  var generator: any RandomNumberGenerator & Sendable

  var action: Action?
  var actionsStarted = 0
  /// A server that must not run is being stopped.
  var stopping: Task<Void, Never>?
  /// Fenced, though it may not be on disk yet.
  var isFenced: Bool
  /// Answers in a row that say that this node is unknown.
  var unknownAnswers = 0
  /// How often `dropped` was reported in vain.
  var vainFarewells = 0
  var areNamesConfirmed = true
  var isMonitorAnswering = false

  /// Keeps what the monitor knows of the group, for the day on which that is lost.
  nonisolated let keepSnapshot: (@Sendable (String) async throws -> Void)?
  var keptSnapshot: String?
  var members: [GroupMember]?
  var areMembersDue = true
  /// The state that was reported last.
  var toldState: NodeState?
  var isConfigurationDue = true
  /// The way to the primary is to be written anew: an operator has changed it.
  var isFollowingDue = false
  var keptHouseAt: Duration?
  var toldIdentifierAt: Duration?
  var isIdentifierTold = false
  /// Has this keeper counted itself in the state file?
  var hasIncarnation = false
  var reportsSent: Int64 = 0

  var end: KeeperEnd?
  var isDone: (@Sendable (NodeState) -> Bool)?
  var leavesServerRunning = false
  /// It is to end when another node has taken over, and at this moment at the latest.
  var handingOverUntil: Duration?
  private nonisolated let looking = Turnstile()
  private nonisolated let saving = Turnstile()
  nonisolated let wake = WakeSignal()
  nonisolated let exitSeen = WakeSignal()
  nonisolated let lookDone = WakeSignal()
  nonisolated let endReached = WakeSignal()

  /// Takes up the state that the file holds.
  ///
  /// `progress` is told the progress of long work in short sentences; `generator` decides the jitter
  /// of retries. `keepSnapshot` is told what the monitor knows of the group whenever that has changed.
  public init(
    settings: KeeperSettings, stateFile: StateFile, server: any PostgresServer,
    monitor: any Monitor, clock: SteadyClock = SteadyClock(),
    generator: any RandomNumberGenerator & Sendable = SystemRandomNumberGenerator(),
    logger: Logger, progress: @escaping @Sendable (String) -> Void = { _ in },
    keepSnapshot: (@Sendable (String) async throws -> Void)? = nil
  ) throws(StateFileError) {
    let state = try stateFile.load()
    let now = clock.now()
    self.settings = settings
    self.stateFile = stateFile
    self.server = server
    self.monitor = monitor
    self.clock = clock
    self.generator = generator
    self.logger = logger
    self.progress = progress
    self.keepSnapshot = keepSnapshot
    self.state = state
    self.goal = state.goal
    self.isFenced = state.isFenced
    self.upstream = UpstreamWatch(now: now)
    self.fencing = Fencing(timeout: settings.partitionTimeout, now: now)
    self.gate = StartGate(startedAt: now)
    self.troubles = Troubles(repeatInterval: settings.repeatInterval)
  }

  /// What the keeper holds true and has on disk.
  public var currentState: KeeperState { state }

  /// What the keeper does, in a few words for a service manager; `nil` when it has not looked at its
  /// server for `KeeperSettings.longestLook`, as one that hangs does not.
  public var signOfLife: String? {
    guard let lookedAt, clock.now() - lookedAt < settings.longestLook else { return nil }
    let way = state.current == goal ? "" : ", goal \(goal.rawValue)"
    let trouble = troubles.gravest.map { ": \($0)" } ?? ""
    return "\(state.current.rawValue)\(way)\(trouble)"
  }

  /// Uses changed settings from now on, writes the server's settings anew, and starts a round.
  public func reload(_ settings: KeeperSettings) {
    self.settings = settings
    fencing.timeout = settings.partitionTimeout
    troubles.repeatInterval = settings.repeatInterval
    isConfigurationDue = true
    isFollowingDue = true
    areMembersDue = true
    logger.info("The settings were read again.")
    wake.signal()
  }

  /// One round: look, report, plan, perform, remember.
  public func round() async {
    await watch()
    guard end == nil else { return }
    await takeIncarnation()
    let sentAt = clock.now()
    var report = report(now: sentAt)
    report.number = nextReportNumber()
    do {
      let assignment = try await monitor.nodeActive(
        formation: state.formation, nodeID: state.nodeID, groupID: state.groupID, report: report)
      await take(assignment, of: report, sentAt: sentAt)
    } catch {
      await monitorFailed(error, report: report)
      return
    }
    guard end == nil else { return }
    await decide(isFresh: true)
    await tellSystemIdentifier()
    await keepHouse()
  }

  /// The part of a round that does not need the monitor: look, fence, restart in place.
  public func watch() async {
    endHandingOverInTime()
    await look()
    await enforceStop()
    await decide(isFresh: false)
  }

  /// Looks at the server. Two looks never overlap, and each begins after the call.
  func look() async {
    await looking.enter()
    defer { looking.leave() }
    isSeenStale = false
    let startedAt = clock.now()
    note(await server.observe(), from: startedAt)
    lookDone.signal()
  }

  private func note(_ looked: Observation, from startedAt: Duration) {
    let now = clock.now()
    seen = looked
    lookedAt = startedAt
    if looked.position != .unknown { lastPosition = looked.position }
    if looked.timeline != 0 { lastTimeline = looked.timeline }
    health.note(looked.process, now: now, settings: settings)
    // The time that it may not start is not time that it fails to run.
    if isStartWithheld(now: now) { health = ServerHealth() }
    if health.isSettled(now: now, settings: settings) { retries.forgetRestart() }
    upstream.note(looked.receiver, at: startedAt)
    fencing.look(at: looked.standbys, now: startedAt)
    if looked.process.exists { gate.adopt() }
    judge(looked)
  }

  /// Notes a trouble, and logs it when it is news.
  func trouble(_ subject: Troubles.Subject, _ sentence: String?) {
    switch troubles.note(subject, sentence, now: clock.now()) {
    case .wrong(let sentence): logger.warning("\(sentence)")
    case .over(let sentence): logger.info("Over: \(sentence)")
    case nil: break
    }
  }

  /// Changes the state: saves it first, believes it then. One change at a time.
  func remember(
    _ change: @Sendable (inout KeeperState) -> Void
  ) async throws(StateFileError) {
    await saving.enter()
    defer { saving.leave() }
    var next = state
    change(&next)
    do {
      try await stateFile.save(next)
    } catch {
      trouble(.stateFile, error.description)
      throw error
    }
    trouble(.stateFile, nil)
    state = next
  }
}

extension Observation.Process {
  /// Is there a server process, in whatever shape?
  var exists: Bool {
    switch self {
    case .starting, .running, .unresponsive: true
    case .absent, .stopped: false
    }
  }
}
