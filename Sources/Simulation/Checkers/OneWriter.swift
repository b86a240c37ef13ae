internal import Failover

/// S2: two servers of a group never both acknowledge commits in overlapping time.
struct OneWriter {
  private struct Term {
    var name: String
    var began: Duration
    var lastAcknowledged: Duration
  }

  /// The newest promotion under which a commit was acknowledged.
  private var newest: Term?

  /// A commit is acknowledged: by nobody whose time was over when another began to acknowledge.
  mutating func acknowledged(by server: SimulatedServer, at now: Duration) -> String? {
    let name = server.host.name
    if let newest, newest.name != name, newest.began > server.writesSince {
      // Without a quorum only its own keeper can stop an old primary; one that is not there, or
      // does not run, cannot.
      if server.names.count == 0, server.isAsynchronous, !server.host.isKeeperRunning { return nil }
      return "S2: \(name) acknowledged a commit after \(newest.name), promoted later, had done so"
    }
    if newest == nil || newest?.name == name || server.writesSince >= newest!.began {
      newest = Term(name: name, began: server.writesSince, lastAcknowledged: now)
    }
    return nil
  }
}

extension SimulatedServer {
  /// Does no other node of the group take part in the replication quorum?
  var isAsynchronous: Bool {
    !world.members.contains { $0.number != host.number && $0.isInQuorum }
  }
}
