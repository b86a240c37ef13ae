internal import Failover
internal import ServerControl

/// A PostgreSQL server and its data directory, as far as replication and commits go.
///
/// It commits like PostgreSQL: a commit is written, flushed, sent once flushed, and acknowledged when
/// as many of the standbys named by the setting in force have flushed it as that demands. What was not
/// flushed may be lost in a crash, nothing else.
final class SimulatedServer: @unchecked Sendable {
  enum Process { case absent, stopped, starting, running, stopping }

  unowned let host: Host
  unowned let world: World

  // On disk.
  var log = Log()
  /// How many records are flushed.
  var durable = 1
  var systemIdentifier: UInt64?
  var isStandbyData = false
  /// The host to receive from.
  var upstream: Int?
  /// The name to replicate under.
  var slot = ""
  var namesOnDisk = ""
  /// `recovery_min_apply_delay`, a setting of the user's; it does not slow the replay here.
  var applyDelay: Duration?
  /// Half rewound: must not start.
  var isTorn = false
  /// Before this position a copy is not consistent.
  var consistentFrom: UInt64 = 0
  var isCleanlyStopped = false
  var newestTimeline = 1

  // In memory.
  var process = Process.absent
  /// Stopped by a signal, or its host suspended.
  var isHung = false
  /// Whether a look finds at once that it was stopped, as one that sees the postmaster's state does; else it waits for an answer.
  private(set) var isSeenHung = false
  var isInRecovery = false
  /// What `SHOW synchronous_standby_names` answers.
  var namesShown = ""
  /// What commits are held to.
  var names = SynchronousStandbyNames.none
  /// How far the standbys demanded have flushed; it never goes back.
  var confirmedEnd: UInt64 = 0
  var waiting: [WaitingCommit] = []
  var isFlushing = false
  var senders: [Sender] = []
  var receiver: Receiver?
  var startProblem: String?
  /// Changes with each process: what an earlier one had begun ends with it.
  private(set) var run = 0
  /// Since when it may take writes, by its last promotion.
  var writesSince: Duration = .zero
  private var backlog: [() -> Void] = []
  private var exitWaiters: [() -> Void] = []

  init(host: Host, world: World) {
    self.host = host
    self.world = world
  }

  var isAlive: Bool { process == .starting || process == .running || process == .stopping }
  var takesWrites: Bool { process == .running && !isInRecovery && !isHung }
  var flushedEnd: UInt64 { log.end(of: durable) }

  /// Does something later, if this process lives then and as soon as no signal stops it.
  func later(_ delay: Duration, _ action: @escaping () -> Void) {
    let run = run
    world.clock.after(delay) { [self] in ifAlive(run, action) }
  }

  private func ifAlive(_ run: Int, _ action: @escaping () -> Void) {
    guard run == self.run else { return }
    if isHung { backlog.append { [self] in ifAlive(run, action) } } else { action() }
  }

  /// How long the disk takes to flush.
  func diskDelay() -> Duration {
    world.dice.duration(.microseconds(300)...(.milliseconds(3))) + host.diskSlowness
  }

  // Its life.

  /// Starts a process on the files as they are; whoever waits for it looks again.
  func launch() {
    run += 1
    process = .starting
    isCleanlyStopped = false
    isInRecovery = true
    (senders, receiver, waiting, isFlushing) = ([], nil, [], false)
    later(world.dice.duration(.milliseconds(50)...(.milliseconds(400))) + host.diskSlowness) {
      [self] in
      if isStandbyData {
        connectUpstream()
        openWhenConsistent()
      } else {
        finishCrashRecovery()
      }
    }
    later(.milliseconds(500)) { [self] in tick() }
  }

  private func finishCrashRecovery() {
    guard log.end >= consistentFrom else {
      startProblem = "the copy is not consistent"
      return crash()
    }
    isInRecovery = false
    log.append()
    durable = log.count
    putNamesInForce(namesOnDisk)
    process = .running
    world.checkers.startedAsPrimary(self)
    world.tell(host, "the server runs as a primary")
  }

  func openWhenConsistent() {
    guard process == .starting, isStandbyData, flushedEnd >= consistentFrom else { return }
    process = .running
    namesShown = namesOnDisk
    names = SynchronousStandbyNames(namesOnDisk) ?? .none
  }

  /// The process ends without order: what was not flushed is lost, or part of it.
  func crash(withHost: Bool = false) {
    guard isAlive else { return }
    let kept = world.dice.int(durable...log.count)
    log.cut(to: kept)
    durable = log.count
    end(isClean: false, says: !withHost)
  }

  /// The process has ended.
  func end(isClean: Bool, says: Bool) {
    run += 1
    process = .stopped
    isCleanlyStopped = isClean
    isHung = false
    backlog = []
    waiting = []
    if says {
      for sender in senders { closePeer(of: sender) }
      closeUpstream()
    }
    (senders, receiver, isFlushing) = ([], nil, false)
    let waiters = exitWaiters
    exitWaiters = []
    for waiter in waiters { waiter() }
  }

  /// SIGSTOP for all its processes.
  func hang() {
    guard isAlive else { return }
    isHung = true
    isSeenHung = world.isPrompt && world.dice.oneIn(2)
  }

  /// SIGCONT.
  func goOn() {
    isHung = false
    let late = backlog
    backlog = []
    for action in late { action() }
  }

  func whenEnded(_ action: @escaping () -> Void) {
    if isAlive { exitWaiters.append(action) } else { action() }
  }

  /// What arrives from the network: taken by a living process, refused by the host of a dead one.
  func arrive(_ action: @escaping () -> Void, refused: () -> Void = {}) {
    guard host.isUp else { return }
    guard isAlive else { return refused() }
    if isHung {
      let run = run
      backlog.append { [self] in ifAlive(run, action) }
    } else {
      action()
    }
  }

  /// Looks after its connections, twice a second.
  private func tick() {
    watchReceiver()
    watchSenders()
    later(.milliseconds(500)) { [self] in tick() }
  }
}
