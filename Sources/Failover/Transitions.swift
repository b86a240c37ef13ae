extension Transition {
  private static let writing: Set<NodeState> = Set(NodeState.allCases.filter(\.takesWrites))
  private static let standing: Set<NodeState> = [.secondary, .catchingUp, .joinSecondary]
  private static let stopped: Set<NodeState> = [.draining, .demoteTimeout, .demoted]
  private static let candidate: Set<NodeState> = [
    .preparePromotion, .stopReplication, .reportLSN, .fastForward,
  ]

  /// The keeper's table, the only list of ways between states. No two rows hold the
  /// same pair. Every edge that the monitor's rules produce has a row here (a test compares them).
  public static let all: [Transition] = [
    // Joining.
    Transition(
      from: [.initial], to: .single,
      steps: [.createCluster, .configureServer, .startServer(.primary), .createRoles, .runAlone],
      because: "the first node of a group is its primary"),
    Transition(
      from: [.initial], to: .waitStandby, steps: [],
      because: "a standby waits until the primary is ready for it"),
    Transition(
      from: [.waitStandby], to: .catchingUp,
      steps: [.cloneFromPrimary, .configureServer, .startServer(.standby)],
      because: "the primary is ready for a new standby"),

    // A primary and its standbys.
    Transition(
      from: [.single], to: .waitPrimary,
      steps: [.configureServer, .maintainSlots, .applyStandbyNames],
      because: "a standby wants to join"),
    Transition(
      from: [.waitPrimary, .applySettings, .joinPrimary], to: .primary,
      steps: [.applyStandbyNames, .confirmStandbyNames],
      because: "standbys stream, and commits wait for them again"),
    Transition(
      from: writing.subtracting([.waitPrimary, .single]), to: .waitPrimary,
      steps: [.applyStandbyNames], because: "no standby can confirm commits"),
    Transition(
      from: [.primary, .waitPrimary], to: .applySettings,
      steps: [.configureServer, .maintainSlots],
      because: "replication settings have changed, or another standby wants to join"),
    Transition(
      from: writing.subtracting([.single]), to: .single, steps: [.runAlone],
      because: "the other nodes are gone"),
    Transition(
      from: [.catchingUp, .joinSecondary], to: .secondary, steps: [],
      because: "the standby has caught up and streams"),
    Transition(
      from: [.secondary, .joinSecondary], to: .catchingUp, steps: [.rejoinPrimary],
      because: "the standby no longer keeps up"),

    // A primary gives way.
    Transition(
      from: writing, to: .draining, steps: [.checkpoint, .stopServer],
      because: "another node takes over"),
    Transition(
      from: candidate.union([.demoteTimeout, .prepareMaintenance, .maintenance]), to: .draining,
      steps: [.stopServer], because: "another node takes over before this one took writes"),
    Transition(
      from: writing, to: .prepareMaintenance, steps: [.checkpoint, .stopServer],
      because: "the primary goes into maintenance"),
    Transition(
      from: Set(NodeState.allCases).subtracting([.dropped, .demoteTimeout]), to: .demoteTimeout,
      steps: [.stopServer], because: "the group waits until this node has surely stopped"),
    Transition(
      from: Set(NodeState.allCases).subtracting([.dropped, .demoted]), to: .demoted,
      steps: [.stopServer], because: "another node is primary"),
    Transition(
      from: stopped.union([.prepareMaintenance]), to: .waitPrimary,
      steps: [.applyStandbyNames, .startServer(.primary)],
      because: "the candidate was lost before it was promoted"),
    Transition(
      from: [.maintenance], to: .waitPrimary, steps: [.applyStandbyNames, .startServer(.primary)],
      because: "its maintenance is over, and nobody has taken its place"),
    Transition(
      from: stopped.union([.prepareMaintenance, .maintenance]), to: .single,
      steps: [.runAlone, .startServer(.primary)],
      because: "the other nodes are gone"),

    // A standby takes over.
    Transition(
      from: standing.union([.reportLSN, .fastForward]), to: .preparePromotion, steps: [.detach],
      because: "the primary is lost or has stopped"),
    Transition(
      from: [.preparePromotion, .reportLSN, .fastForward], to: .stopReplication, steps: [],
      because: "the old primary might still write"),
    Transition(
      from: candidate, to: .waitPrimary, steps: [.applyStandbyNames, .promote],
      because: "the old primary can acknowledge nothing more"),
    Transition(
      from: standing.union([.preparePromotion, .stopReplication, .fastForward]), to: .reportLSN,
      steps: [.detach], because: "the group elects a new primary"),
    Transition(
      from: [.reportLSN], to: .fastForward, steps: [.fetchMissing, .detach],
      because: "it was elected, and lacks what another one has"),
    Transition(
      from: candidate.union([.catchingUp, .joinSecondary]), to: .single,
      steps: [.detach, .promote, .runAlone],
      because: "the other nodes are gone"),

    // A former primary, or a standby that took part in the election, follows.
    Transition(
      from: candidate.union([.secondary, .catchingUp]), to: .joinSecondary, steps: [.rejoinPrimary],
      because: "there is a new primary to follow"),
    Transition(
      from: stopped.union(candidate).union([.prepareMaintenance, .maintenance, .waitMaintenance]),
      to: .catchingUp, steps: [.rejoinPrimary],
      because: "there is a primary to follow"),

    // Maintenance.
    Transition(
      from: standing, to: .waitMaintenance, steps: [],
      because: "the primary must learn to do without this standby"),
    Transition(
      from: standing.union([.waitMaintenance, .prepareMaintenance]), to: .maintenance, steps: [],
      because: "an operator asked for maintenance"),
    Transition(
      from: writing, to: .maintenance, steps: [.checkpoint, .stopServer],
      because: "an operator asked for maintenance, during which nobody takes over"),
    Transition(
      from: stopped.union([.maintenance, .waitMaintenance, .prepareMaintenance]), to: .reportLSN,
      steps: [.startServer(.detachedStandby), .detach],
      because: "the group elects a new primary, or this node is what is left of it"),

    // Leaving.
    Transition(
      from: Set(NodeState.allCases).subtracting([.dropped]), to: .dropped, steps: [.stopServer],
      because: "the node was dropped"),
  ]

  /// The row for a way, if there is one.
  public static func way(from current: NodeState, to goal: NodeState) -> Transition? {
    all.first { $0.to == goal && $0.from.contains(current) }
  }
}
