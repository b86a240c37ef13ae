internal import Failover

/// S2: two servers of a group never both acknowledge commits in overlapping time.
///
/// The word of a commit that the newer primary has from before its promotion may come late: a server
/// that was stopped by a signal may still find its standby's answer when it goes on. That is no second
/// writer; the commit is part of the one history.
struct OneWriter {
  private struct Term {
    var name: String
    var began: Duration
  }

  /// The newest promotion under which a commit was acknowledged.
  private var newest: Term?

  /// A commit is acknowledged: by nobody whose time was over when another began to acknowledge.
  mutating func acknowledged(_ commit: Int, by server: SimulatedServer) -> String? {
    let name = server.host.name
    if let newest, newest.name != name, newest.began > server.writesSince {
      let history = server.world.hosts.first { $0.name == newest.name }?.server.log.records ?? []
      if history.contains(where: { $0.commit == commit }) { return nil }
      // Without a quorum only its own keeper can stop an old primary; one that is not there, or
      // does not run, cannot.
      if server.names.count == 0, server.isAsynchronous, !server.host.isKeeperRunning { return nil }
      return "S2: \(name) acknowledged a commit after \(newest.name), promoted later, had done so"
    }
    if newest == nil || newest?.name == name || server.writesSince >= newest!.began {
      newest = Term(name: name, began: server.writesSince)
    }
    return nil
  }
}

extension SimulatedServer {
  /// Does no other node of the group take part in the replication quorum, as far as was told here?
  var isAsynchronous: Bool { host.isStillAsynchronous || world.isAsynchronous(besides: host) }
}
