extension Step {
  /// What the step does, in a few words, as the manual says it.
  public var words: String {
    switch self {
    case .createCluster: "make sure there is a cluster"
    case .configureServer: "write settings and access rules"
    case .maintainSlots: "one slot for each other node"
    case .startServer(.primary): "start the server as primary"
    case .startServer(.standby): "start the server as a standby"
    case .startServer(.detachedStandby): "start the server as a standby of nobody"
    case .startServer(.stopped), .stopServer: "stop the server"
    case .startServer(.unmanaged): "leave the server alone"
    case .createRoles: "create roles and database"
    case .checkpoint: "checkpoint"
    case .runAlone: "let commits wait for nobody"
    case .applyStandbyNames: "apply the standby names"
    case .keepStandbyNames: "apply the standby names that were confirmed last"
    case .confirmStandbyNames: "wait until a position is confirmed under these names"
    case .cloneFromPrimary: "base backup"
    case .rejoinPrimary: "follow the primary: plain start, else rewind, else base backup"
    case .followPrimary: "point at the primary"
    case .fetchMissing: "receive what is lacking from the most advanced node"
    case .detach: "stop receiving, durably"
    case .promote: "promote"
    }
  }
}
