internal import Failover

/// A commit that a client waits for.
struct WaitingCommit {
  var commit: Int
  var end: UInt64
}

extension SimulatedServer {
  /// A client commits; it is told when the commit is held as the names in force demand.
  func commit() {
    guard takesWrites, waiting.count < 3 else { return }
    let commit = world.nextCommit()
    log.append(commit: commit)
    waiting.append(WaitingCommit(commit: commit, end: log.end))
    flush()
  }

  /// Flushes what was written, sends it on, and acknowledges what is held.
  func flush() {
    guard !isFlushing, durable < log.count else { return }
    isFlushing = true
    let goal = log.count
    later(diskDelay()) { [self] in
      isFlushing = false
      durable = max(durable, goal)
      if isInRecovery {
        reply()
        openWhenConsistent()
      } else {
        release()
      }
      for sender in senders { pump(sender) }
      flush()
    }
  }

  /// Tells clients of commits that are held as the names in force demand.
  func release() {
    if let held = heldByStandbys() { confirmedEnd = max(confirmedEnd, held) }
    let limit = names.count == 0 ? flushedEnd : min(confirmedEnd, flushedEnd)
    while let first = waiting.first, first.end <= limit {
      waiting.removeFirst()
      world.checkers.acknowledged(first.commit, by: self)
    }
  }

  /// How far as many of the named standbys have flushed as the names demand.
  private func heldByStandbys() -> UInt64? {
    guard names.count > 0 else { return nil }
    let flushed = names.names.compactMap { name in
      senders.filter { $0.name == name && $0.flushed > 0 }.map(\.flushed).max()
    }.sorted(by: >)
    return flushed.count >= names.count ? flushed[names.count - 1] : nil
  }

  /// The names that were read take effect for commits.
  func putNamesInForce(_ text: String) {
    let next = SynchronousStandbyNames(text) ?? .none
    let before = names
    namesShown = text
    names = next
    guard before != next else { return }
    confirmedEnd = 0
    if !isInRecovery {
      world.tell(host, "commits need '\(text)' now")
      world.checkers.namesChanged(self, from: before, to: next)
      release()
    }
  }
}
