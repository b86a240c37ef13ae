internal import Failover
internal import Logging
internal import MonitorClient
internal import ServerControl

/// What to do beside the way between states.
private struct Housework: Sendable {
  var members: [GroupMember]
  /// Write the settings and access rules: the members or the settings have changed.
  var configures: Bool
  /// Follow this primary again: nothing was received for long.
  var follows: GroupMember?
  /// Following has not helped: the way back is sought from the beginning.
  var rejoins = false
  /// What the monitor knows of the group, if that is to be kept anew.
  var snapshot: String?
}

extension KeeperService {
  /// Tells the monitor this cluster's identifier, once it is known.
  func tellSystemIdentifier() async {
    let hasCluster = state.current != .initial && state.current != .waitStandby
    if state.systemIdentifier == nil, hasCluster, let found = seen.systemIdentifier {
      try? await remember { $0.systemIdentifier = found }
    }
    guard !isIdentifierTold, let identifier = state.systemIdentifier,
      isDue(since: toldIdentifierAt)
    else { return }
    toldIdentifierAt = clock.now()
    do {
      try await monitor.setSystemIdentifier(identifier, of: state.nodeID)
      isIdentifierTold = true
    } catch {
      trouble(.housekeeping, "The monitor did not take the system identifier: \(error)")
    }
  }

  /// Keeps slots and access rules as the group's members are: when they have changed, and every few
  /// seconds. Nothing that fails here is fatal.
  func keepHouse() async {
    let role = state.current.server
    guard end == nil, action == nil, state.current == goal, seen.isRunning, !isHalted,
      role == .primary || role == .standby, troubles[.identity] == nil,
      areMembersDue || isDue(since: keptHouseAt)
    else { return }
    do {
      let members = try await monitor.otherNodes(of: state.nodeID)
      areMembersDue = false
      keptHouseAt = clock.now()
      let isChanged = members.map(\.address) != self.members?.map(\.address)
      let work = Housework(
        members: members, configures: isChanged || isConfigurationDue,
        follows: await neglectedPrimary(role),
        rejoins: upstream.silence(now: clock.now()) >= settings.housekeepingInterval * 3,
        snapshot: try await changedSnapshot())
      guard action == nil, state.current == goal, end == nil, !isHalted else { return }
      start(work, as: role)
    } catch {
      trouble(.monitor, "The monitor: \(error)")
    }
  }

  /// What the monitor knows of the group, when that differs from what was kept last. A monitor of an
  /// earlier version tells no such thing.
  private func changedSnapshot() async throws(MonitorError) -> String? {
    guard keepSnapshot != nil else { return nil }
    do {
      let snapshot = try await monitor.groupSnapshot(
        formation: state.formation, groupID: state.groupID)
      return snapshot == keptSnapshot ? nil : snapshot
    } catch {
      guard error.code == .notAMonitor else { throw error }
      return nil
    }
  }

  /// The primary, on a standby that has received nothing for long: it may have another address now.
  /// Or on one that receives from another node, which was the primary when it was told to follow it.
  private func neglectedPrimary(_ role: ServerRole) async -> GroupMember? {
    guard role == .standby else { return nil }
    if isFollowingDue { return try? await Briefing.primary(monitor, of: state) }
    if let receiver = seen.receiver, receiver.isStreaming {
      guard let primary = try? await Briefing.primary(monitor, of: state),
        (primary.host, primary.port) != (receiver.host, receiver.port)
      else { return nil }
      return primary
    }
    guard upstream.silence(now: clock.now()) >= settings.housekeepingInterval else { return nil }
    return try? await Briefing.primary(monitor, of: state)
  }

  private func start(_ work: Housework, as role: ServerRole) {
    actionsStarted += 1
    let plan = Plan(from: state.current, goal: goal, steps: [])
    action = Action(number: actionsStarted, plan: plan, isHousekeeping: true)
    action?.task = Task { await perform(work, as: role) }
  }

  private func perform(_ work: Housework, as role: ServerRole) async {
    do {
      if work.configures {
        try await server.configure(for: work.members)
        members = work.members
        isConfigurationDue = false
      }
      try Task.checkCancellation()
      try await server.maintainSlots(for: work.members, isPrimary: role == .primary)
      if role == .standby { try await server.meetLimits() }
      try Task.checkCancellation()
      if let primary = work.follows {
        let slot = GroupMember.slotName(of: state.nodeID)
        if work.rejoins {
          // A step of its own, which is taken up again when it is cut short: housekeeping would not.
          try await remember { $0.mustRejoin = true }
        } else {
          isFollowingDue = false
          try await server.follow(primary, slot: slot)
        }
      }
      if let snapshot = work.snapshot {
        try await keepSnapshot?(snapshot)
        keptSnapshot = snapshot
      }
      trouble(.housekeeping, nil)
    } catch {
      if work.follows != nil { isFollowingDue = true }
      if !Task.isCancelled {
        trouble(.housekeeping, "Keeping slots, access rules and replication: \(error)")
      }
    }
    isSeenStale = true
    action = nil
  }

  private func isDue(since moment: Duration?) -> Bool {
    moment.map { clock.now() - $0 >= settings.housekeepingInterval } ?? true
  }
}

extension GroupMember {
  /// What the server's settings depend on.
  fileprivate var address: [String] { ["\(id)", name, host, "\(port)"] }
}
