internal import Failover
internal import ServerControl

// Starting, stopping, promoting: what `LocalServer` does with pg_ctl, in the same order.
extension SimulatedServer {
  /// Waits for something, looking a few times a second.
  func poll<Answer>(
    _ effort: Effort<Answer>, atMost limit: Duration, until isDone: @escaping () -> Bool,
    then: @escaping (Bool) -> Void
  ) {
    if effort.isOver { return }
    if isDone() { return then(true) }
    if limit <= .zero { return then(false) }
    world.clock.after(.milliseconds(100)) { [self] in
      poll(effort, atMost: limit - .milliseconds(100), until: isDone, then: then)
    }
  }

  func createCluster(_ effort: Effort<Void>) {
    world.clock.after(.milliseconds(300)) { [self] in
      if effort.isOver { return }
      if process == .absent {
        systemIdentifier = world.dice.next() >> 2
        world.checkers.beginAnew()
        log = Log()
        durable = 1
        isStandbyData = false
        isCleanlyStopped = true
        namesOnDisk = ""
        process = .stopped
        writesSince = world.clock.now
      }
      effort.finish()
    }
  }

  func start(as role: ServerRole, _ effort: Effort<Void>) {
    if effort.isOver { return }
    switch role {
    case .unmanaged: effort.finish()
    case .stopped: stop(effort)
    case .primary, .standby, .detachedStandby:
      if isAlive { bring(to: role, effort) } else { startStopped(as: role, effort) }
    }
  }

  /// A server that lives already is changed where it does not fit the role.
  private func bring(to role: ServerRole, _ effort: Effort<Void>) {
    poll(
      effort, atMost: .seconds(60), until: { [self] in answers || !isAlive },
      then: { [self] isDone in
        guard isDone else { return effort.fail(.timedOut, "The server does not answer.") }
        guard isAlive else { return startStopped(as: role, effort) }
        switch (role, isInRecovery) {
        case (.primary, true): promote(effort)
        case (.detachedStandby, true):
          upstream = nil
          failWithProcess(effort)
          later(.milliseconds(50)) { [self] in
            endReceiver()
            effort.finish()
          }
        case (.primary, false), (_, true): effort.finish()
        case (_, false):
          let stopping = Effort<Void>(Life())
          stop(stopping)
          poll(
            effort, atMost: .seconds(30), until: { [self] in !isAlive },
            then: { [self] isDone in
              guard isDone else { return effort.fail(.timedOut, "It lives.") }
              startStopped(as: role, effort)
            })
        }
      })
  }

  private func startStopped(as role: ServerRole, _ effort: Effort<Void>) {
    guard process == .stopped else { return effort.fail(.fileSystem, "There is no cluster.") }
    guard !isTorn else { return effort.fail(.programFailed, "The directory is half rewound.") }
    let needsPromotion = role == .primary && isStandbyData
    switch needsPromotion ? .detachedStandby : role {
    case .standby:
      isStandbyData = true
      namesOnDisk = ""
    case .detachedStandby:
      isStandbyData = true
      namesOnDisk = ""
      upstream = nil
    case .primary, .stopped, .unmanaged: upstream = nil
    }
    launch()
    let begun = run
    poll(
      effort, atMost: .seconds(60), until: { [self] in answers || run != begun },
      then: { [self] isDone in
        guard isDone, run == begun else {
          return effort.fail(.timedOut, startProblem ?? "The server did not come to answer.")
        }
        if needsPromotion { promote(effort) } else { effort.finish() }
      })
  }

  /// Does it answer a query?
  var answers: Bool { process == .running && !isHung }

  /// Fast; immediate when that takes too long; by force when it is stopped by a signal.
  func stop(_ effort: Effort<Void>) {
    guard isAlive else { return effort.finish() }
    let begun = run
    stopFast()
    let patience: Duration = isHung ? .seconds(15) : .seconds(10)
    world.clock.after(patience) { [self] in
      if run == begun { crash() }
    }
    poll(
      effort, atMost: .seconds(30), until: { [self] in run != begun },
      then: { isDone in
        if isDone { effort.finish() } else { effort.fail(.timedOut, "The server does not stop.") }
      })
  }

  /// Ends the clients' sessions; a primary writes its last record and waits until its standbys have it.
  private func stopFast() {
    guard process != .stopping else { return }
    later(.milliseconds(20)) { [self] in
      guard process != .stopping else { return }
      let wasOpen = process == .running
      process = .stopping
      waiting = []
      later(diskDelay()) { [self] in
        if isInRecovery || !wasOpen {
          durable = log.count
          return end(isClean: true, says: true)
        }
        log.append()
        durable = log.count
        for sender in senders { pump(sender) }
        endWhenSent()
      }
    }
  }

  private func endWhenSent() {
    if senders.allSatisfy({ $0.flushed >= flushedEnd }) { return end(isClean: true, says: true) }
    later(.milliseconds(50)) { [self] in endWhenSent() }
  }

  func checkpoint(_ effort: Effort<Void>) {
    guard answers else { return effort.fail(.notRunning, "No server runs.") }
    later(diskDelay() + diskDelay()) { [self] in
      if !isInRecovery {
        log.append()
        flush()
      }
      effort.finish()
    }
    failWithProcess(effort)
  }

  /// Ends a command that needed the process when that has ended.
  func failWithProcess<Answer>(_ effort: Effort<Answer>) {
    whenEnded { effort.fail(.notRunning, "The server has ended meanwhile.") }
  }

  /// Asks the server to leave recovery and waits until it has. It goes on when nobody waits any more.
  func promote(_ effort: Effort<Void>) {
    guard answers else { return effort.fail(.notRunning, "No server runs.") }
    guard isInRecovery else { return effort.finish() }
    failWithProcess(effort)
    later(world.dice.duration(.milliseconds(30)...(.milliseconds(250)))) { [self] in
      guard isInRecovery, process == .running else { return effort.finish() }
      endReceiver()
      durable = log.count
      log.beginTimeline(after: newestTimeline)
      durable = log.count
      newestTimeline = log.timeline
      isStandbyData = false
      isInRecovery = false
      upstream = nil
      writesSince = world.clock.now
      world.tell(host, "the server is promoted and begins timeline \(log.timeline)")
      world.checkers.promoted(self)
      putNamesInForce(namesOnDisk)
      for sender in senders { pump(sender) }
      effort.finish()
    }
  }

  /// Stops receiving, durably, and ends when what was received is flushed.
  func detach(_ effort: Effort<Void>) {
    upstream = nil
    guard isAlive else { return effort.finish() }
    guard answers else { return effort.fail(.notRunning, "The server does not answer.") }
    failWithProcess(effort)
    later(.milliseconds(30)) { [self] in
      endReceiver()
      poll(
        effort, atMost: .seconds(60), until: { [self] in durable == log.count },
        then: { isDone in
          if isDone { effort.finish() } else { effort.fail(.timedOut, "Replay stands still.") }
        })
    }
  }

  /// Something short that needs a server that answers.
  func brief(_ effort: Effort<Void>, needsServer: Bool) {
    if needsServer, !answers { return effort.fail(.notRunning, "No server runs.") }
    world.clock.after(.milliseconds(5)) { effort.finish() }
  }
}
