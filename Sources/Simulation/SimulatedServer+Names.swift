internal import Failover
internal import ServerControl

extension SimulatedServer {
  /// Writes the names, lets the server read them, and ends when it shows them. Commits are held to
  /// them a moment later, when the checkpointer has read them too.
  func setNames(_ text: String, _ effort: Effort<Void>) {
    namesOnDisk = text
    guard isAlive else { return effort.finish() }
    guard answers else { return effort.fail(.notRunning, "The server does not answer.") }
    failWithProcess(effort)
    later(world.dice.duration(.milliseconds(5)...(.milliseconds(60)))) { [self] in
      namesShown = text
      effort.finish()
      // While it writes a checkpoint out it reads nothing.
      let isBusy = world.checkpointsTakeLong && world.dice.oneIn(5)
      later(world.dice.duration(.zero...(isBusy ? .seconds(8) : .milliseconds(300)))) { [self] in
        if namesShown == text, namesOnDisk == text { putNamesInForce(text) }
      }
    }
  }

  /// Waits until one more record is flushed by as many of the named standbys as they demand.
  func confirmNames(_ text: String, _ effort: Effort<Void>) {
    guard let wanted = SynchronousStandbyNames(text) else {
      return effort.fail(.queryFailed, "\"\(text)\" is no list of standbys.")
    }
    if wanted.count == 0 { return effort.finish() }
    guard answers, !isInRecovery else { return effort.fail(.notRunning, "No primary runs.") }
    failWithProcess(effort)
    later(.milliseconds(20) + diskDelay()) { [self] in
      if effort.isOver { return }
      // The checkpoint that a confirmation begins with makes the checkpointer read the names.
      putNamesInForce(namesShown)
      log.append()
      flush()
      let end = log.end
      poll(
        effort, atMost: .seconds(30),
        until: { [self] in
          let holders = senders.filter { $0.flushed >= end && wanted.names.contains($0.name) }
          return Set(holders.map(\.name)).count >= wanted.count
        },
        then: { isDone in
          if isDone {
            effort.finish()
          } else {
            effort.fail(.timedOut, "Too few standbys acknowledged the position.")
          }
        })
    }
  }

  /// What a look at the server sees.
  func observation() -> Observation {
    switch process {
    case .absent: return Observation(process: .absent)
    case .stopped:
      return Observation(
        process: .stopped, timeline: log.timeline,
        position: isCleanlyStopped ? LogPosition(bytes: log.end) : .unknown,
        systemIdentifier: systemIdentifier, problem: isTorn ? "a rewind was cut short" : nil)
    case .starting, .stopping: return Observation(process: .starting)
    case .running: break
    }
    return Observation(
      process: .running, isInRecovery: isInRecovery, timeline: log.timeline,
      position: LogPosition(bytes: flushedEnd), systemIdentifier: systemIdentifier,
      standbys: senders.sorted { $0.name < $1.name }.map { sender in
        ConnectedStandby(
          name: sender.name, state: "streaming",
          syncState: names.names.contains(sender.name) ? "quorum" : "async",
          flushed: LogPosition(bytes: sender.flushed),
          lastReply: "\(sender.connection).\(sender.replies)")
      },
      receiver: receiver.map { receiver in
        Failover.Receiver(
          host: world.hosts[receiver.upstream].address, port: 5432,
          isStreaming: receiver.isStreaming, silence: world.clock.now - receiver.lastHeard,
          lastMessage: "\(receiver.lastHeard)")
      },
      standbyNames: namesShown, applyDelay: isInRecovery ? applyDelay : nil)
  }
}
