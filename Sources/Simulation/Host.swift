internal import Configuration
internal import Failover
internal import Keeper
internal import Logging
internal import MonitorClient

/// A host: its power, its disk, its server, and the keeper that serves the node here.
final class Host: @unchecked Sendable {
  let number: Int
  unowned let world: World
  private var current: SimulatedServer?
  private(set) var isUp = true
  /// Suspended whole, as a virtual machine may be.
  private(set) var isSuspended = false
  /// What each flush takes longer now.
  var diskSlowness: Duration = .zero
  /// Seconds of this host's clock in a million seconds.
  var pace = 1_000_000
  /// The keeper's state file; it survives everything but the disk.
  var stateText: String?
  var nodeID: Int64?
  var priority = 50
  var isInQuorum = true
  /// The monitor takes it out of its group: it counts for nothing there any more.
  var isLeaving = false
  /// What the monitor last answered to a keeper here.
  var assigned: Assignment?
  /// The names that the monitor last answered to a keeper here.
  var namesAnswered: String?

  /// Whether the server here has acknowledged alone, without an interruption, since no other node took part in
  /// the quorum: it need not know yet that one does.
  var isStillAsynchronous = false

  /// When the keeper that runs was started.
  private(set) var keeperStartedAt: Duration = .zero
  /// Whether it has been told a goal, or has found its server running.
  private(set) var hasWord = false
  private(set) var life = Life()
  /// The process that creates a node here, from its start until the node is there.
  private var creation: Life?
  private(set) var keeper: KeeperService?
  private var task: Task<Void, Never>?
  private var starts = 0

  /// The server on this host, if only an empty directory.
  var server: SimulatedServer {
    if let current { return current }
    let server = SimulatedServer(host: self, world: world)
    current = server
    return server
  }

  init(number: Int, world: World) {
    self.number = number
    self.world = world
    life.end()
  }

  var place: Place { .host(number) }
  var name: String { "node\(number + 1)" }
  var address: String { "\(name).example" }
  var isKeeperRunning: Bool { keeper != nil && !life.isStopped }
  var isBeingCreated: Bool { creation != nil }

  /// What the state file says.
  var state: KeeperState? {
    stateText == nil ? nil : try? StateFile(path: name, storage: HostStorage(self, Life())).load()
  }

  func startKeeper() {
    guard isUp, keeper == nil, stateText != nil else { return }
    starts += 1
    keeperStartedAt = world.clock.now
    hasWord = server.isAlive
    let life = Life()
    self.life = life
    let link = MonitorLink(host: self, life: life)
    var logger = Logger(label: name) { [self] _ in StoryLog(host: self, life: life) }
    logger.logLevel = world.story.isTold ? .debug : .critical
    guard
      let keeper = try? KeeperService(
        settings: world.keeperSettings,
        stateFile: StateFile(path: name, storage: HostStorage(self, life)),
        server: ServerHandle(server, life), monitor: SimulatedMonitor(link),
        clock: SteadyClock(HostClock(clock: world.clock, life: life, pace: pace)),
        generator: world.dice.fork(), logger: logger)
    else { return world.tell(self, "the keeper cannot read its state file") }
    self.keeper = keeper
    world.tell(self, "the keeper starts")
    task = Task.detached { [self] in
      try? await keeper.run()
      let ending = await keeper.ending
      if self.life === life, !life.isOver { keeperEnded(ending) }
    }
  }

  /// The monitor has told the keeper a goal.
  func isAssigned(_ assignment: Assignment) {
    let isNew = assigned?.goal != assignment.goal
    (assigned, hasWord) = (assignment, true)
    if isNew { world.ambush(self) }
  }

  private func keeperEnded(_ ending: KeeperEnd?) {
    world.tell(self, "the keeper ends: \(ending.map { "\($0)" } ?? "killed")")
    life.end()
    keeper = nil
    if ending == .dropped || ending == .unknownToMonitor { world.left(self) }
  }

  /// SIGKILL; what it had commanded goes on where the server does it by itself.
  func killKeeper() {
    guard keeper != nil else { return }
    world.tell(self, "the keeper is killed")
    life.end()
    task?.cancel()
    keeper = nil
  }

  /// The keeper and whoever creates a node here end, as when the host does.
  func endProcesses() {
    killKeeper()
    creation?.end()
  }

  func stopKeeper() { life.stop() }
  func resumeKeeper() { if !isSuspended { life.goOn() } }

  func powerOff() {
    guard isUp else { return }
    world.tell(self, "the host loses its power")
    endProcesses()
    server.crash(withHost: true)
    (isUp, isSuspended) = (false, false)
    world.network.forget(place)
  }

  func powerOn() {
    guard !isUp else { return }
    world.tell(self, "the host starts")
    isUp = true
    world.clock.after(world.dice.duration(.milliseconds(500)...(.seconds(2)))) { [self] in
      startKeeper()
      // The operator whose command was cut short comes again.
      if let creation, creation.isOver, stateText == nil { world.create(self) }
    }
  }

  func suspend() {
    world.tell(self, "the host is suspended")
    isSuspended = true
    server.hang()
    life.stop()
    creation?.stop()
  }

  func resume() {
    guard isSuspended else { return }
    world.tell(self, "the host goes on")
    isSuspended = false
    server.goOn()
    life.goOn()
    creation?.goOn()
  }

  /// An empty data directory and no state file, as before the node was created.
  func wipe() {
    killKeeper()
    server.crash()
    current = nil
    (stateText, nodeID, assigned, namesAnswered) = (nil, nil, nil, nil)
  }
}

/// The state files of one host, written by one keeper process: what it had not finished writing when
/// it was killed is lost.
struct HostStorage: StateStorage {
  private let host: Host
  private let life: Life

  init(_ host: Host, _ life: Life) {
    self.host = host
    self.life = life
  }

  func exists(_ path: String) -> Bool { host.stateText != nil }

  func read(_ path: String) throws(ConfigurationError) -> String {
    guard let text = host.stateText else {
      throw ConfigurationError(code: .noFile, message: "There is no \(path).")
    }
    return text
  }

  func write(_ text: String, to path: String) async throws(ConfigurationError) {
    let wait = Wait(life, otherwise: false)
    host.world.clock.after(host.server.diskDelay()) { [host, life] in
      if life.isOver || !host.isUp { return }
      host.stateText = text
      wait.end(with: true)
    }
    guard await wait.valueWhateverHappens else {
      throw ConfigurationError(code: .fileSystem, message: "The write was cut short.")
    }
  }

  func remove(_ path: String) throws(ConfigurationError) {
    if !life.isOver { host.stateText = nil }
  }
}

extension Host {
  /// A process that creates a node here begins; one that was at it before has ended.
  func beginsCreation() -> Life {
    let life = Life()
    creation = life
    return life
  }

  /// The node was registered: that is remembered, and a keeper takes over.
  func registered(as assignment: Assignment, by life: Life) async {
    nodeID = assignment.nodeID
    isLeaving = false
    let state = KeeperState(
      formation: "default", nodeID: assignment.nodeID, groupID: assignment.groupID,
      goal: assignment.goal)
    try? await StateFile(path: name, storage: HostStorage(self, life)).save(state)
    if life.isOver { return }
    creation = nil
    startKeeper()
  }
}
