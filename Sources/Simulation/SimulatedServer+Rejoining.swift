internal import Failover
internal import ServerControl

// Following, copying and rewinding: what needs the primary.
extension SimulatedServer {
  /// Finds the primary's server, as long as it can be reached and answers.
  private func reach<Answer>(
    _ primary: GroupMember, _ effort: Effort<Answer>, _ then: @escaping (SimulatedServer) -> Void
  ) {
    let peer = world.host(at: primary.host)
    let refuses =
      peer.isUp && !peer.server.isAlive && world.network.connects(host.place, peer.place)
    world.clock.after(refuses || canUse(peer.server) ? .milliseconds(10) : .seconds(10)) { [self] in
      if effort.isOver || !host.isUp { return }
      guard canUse(peer.server) else {
        return effort.fail(.primaryUnreachable, "The primary cannot be reached.")
      }
      then(peer.server)
    }
  }

  private func canUse(_ peer: SimulatedServer) -> Bool {
    peer.host.isUp && peer.answers && world.network.connects(host.place, peer.host.place)
  }

  /// Work on the primary that takes its time and needs it all along.
  private func work<Answer>(
    with peer: SimulatedServer, for length: Duration, _ effort: Effort<Answer>,
    _ then: @escaping () -> Void
  ) {
    if effort.isOver || !host.isUp { return }
    guard canUse(peer) else {
      return effort.fail(.programFailed, "The primary was lost meanwhile.")
    }
    if length <= .zero { return then() }
    world.clock.after(.milliseconds(200)) { [self] in
      work(with: peer, for: length - .milliseconds(200), effort, then)
    }
  }

  func follow(_ primary: GroupMember, _ slot: String, _ effort: Effort<Void>) {
    if isAlive, answers, !isInRecovery {
      return effort.fail(.queryFailed, "The server takes writes and cannot follow another one.")
    }
    isStandbyData = true
    upstream = world.host(at: primary.host).number
    self.slot = slot
    namesOnDisk = ""
    guard isAlive else { return effort.finish() }
    guard answers else { return effort.fail(.notRunning, "The server does not answer.") }
    failWithProcess(effort)
    later(.milliseconds(30)) { [self] in
      if let receiver, receiver.upstream != upstream { endReceiver() }
      connectUpstream()
      effort.finish()
    }
  }

  /// Receives from another standby until it has all that the other one had at the beginning.
  func fetch(from source: GroupMember, _ slot: String, _ effort: Effort<Void>) {
    reach(source, effort) { [self] peer in
      guard systemIdentifier == peer.systemIdentifier else {
        return effort.fail(.wrongSystemIdentifier, "Another cluster's data.")
      }
      let goal = peer.flushedEnd
      let following = Effort<Void>(Life())
      follow(source, slot, following)
      poll(
        effort, atMost: .seconds(15), until: { [self] in flushedEnd >= goal },
        then: { isDone in
          if isDone { effort.finish() } else { effort.fail(.timedOut, "It does not receive.") }
        })
    }
  }

  func clone(from primary: GroupMember, _ slot: String, _ effort: Effort<Void>) {
    reach(primary, effort) { [self] peer in
      let length = world.dice.duration(.milliseconds(200)...(.seconds(2))) + host.diskSlowness
      work(with: peer, for: length, effort) { [self] in
        if isAlive { crash() }
        take(copyOf: peer, upstream: peer.host.number, slot)
        effort.finish()
      }
    }
  }

  /// A complete copy takes the place of the data directory.
  private func take(copyOf peer: SimulatedServer, upstream: Int, _ slot: String) {
    log = peer.log
    log.cut(to: peer.durable)
    durable = log.count
    newestTimeline = max(peer.newestTimeline, log.timeline)
    systemIdentifier = peer.systemIdentifier
    consistentFrom = log.end
    (isStandbyData, isTorn, isCleanlyStopped, namesOnDisk) = (true, false, false, "")
    self.upstream = upstream
    self.slot = slot
    process = .stopped
  }

  func rejoin(_ primary: GroupMember, _ slot: String, _ effort: Effort<Rejoin>) {
    if process == .absent { return effort.fail(.fileSystem, "There is no cluster.") }
    if isAlive, !(isStandbyData && isInRecovery) {
      let stopping = Effort<Void>(Life())
      stop(stopping)
    }
    poll(
      effort, atMost: .seconds(30), until: { [self] in !isAlive || (isStandbyData && answers) },
      then: { [self] isDone in
        guard isDone else { return effort.fail(.timedOut, "The server does not answer.") }
        reach(primary, effort) { [self] peer in findWayBack(to: peer, slot, effort) }
      })
  }

  private func findWayBack(to peer: SimulatedServer, _ slot: String, _ effort: Effort<Rejoin>) {
    guard systemIdentifier == peer.systemIdentifier else {
      return effort.fail(.wrongSystemIdentifier, "Another cluster's data.")
    }
    if let receiver, receiver.isStreaming, receiver.upstream == peer.host.number {
      return effort.finish(.plainStart)
    }
    if isTorn { return rewind(to: peer, slot, effort) }
    // To find its own end it replays what it has, receiving from nobody.
    upstream = nil
    endReceiver()
    durable = log.count
    world.clock.after(.milliseconds(100)) { [self] in
      if effort.isOver || !host.isUp { return }
      let isPrefix = peer.log.contains(
        timeline: log.timeline, end: log.end, flushed: peer.flushedEnd)
      if isPrefix {
        followAgain(peer, slot, effort, .plainStart)
      } else {
        rewind(to: peer, slot, effort)
      }
    }
  }

  private func rewind(to peer: SimulatedServer, _ slot: String, _ effort: Effort<Rejoin>) {
    let isPossible = !world.dice.oneIn(8)
    if isAlive { end(isClean: true, says: true) }
    if isPossible { isTorn = true }
    let length = world.dice.duration(.milliseconds(200)...(.seconds(isPossible ? 2 : 4)))
    work(with: peer, for: length + host.diskSlowness, effort) { [self] in
      take(copyOf: peer, upstream: peer.host.number, slot)
      followAgain(peer, slot, effort, isPossible ? .rewind : .baseBackup)
    }
  }

  /// Starts as a standby of the primary and ends when it streams.
  private func followAgain(
    _ peer: SimulatedServer, _ slot: String, _ effort: Effort<Rejoin>, _ way: Rejoin
  ) {
    (isStandbyData, upstream, namesOnDisk) = (true, peer.host.number, "")
    self.slot = slot
    if isAlive { connectUpstream() } else { launch() }
    poll(
      effort, atMost: .seconds(15),
      until: { [self] in process == .running && receiver?.isStreaming == true },
      then: { isDone in
        if isDone { effort.finish(way) } else { effort.fail(.timedOut, "It does not stream.") }
      })
  }
}
