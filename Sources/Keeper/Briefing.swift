internal import Failover
internal import MonitorClient

/// What the monitor must tell before a plan can be performed. It is asked first, so that no step ever
/// waits for the monitor in the middle of its work.
struct Briefing: Sendable {
  var members: [GroupMember] = []
  var primary: GroupMember?
  /// The node that holds what this one lacks, when it is elected.
  var source: GroupMember?
  /// The names that the plan applies or confirms.
  var standbyNames: String?

  /// Asks what these steps need.
  static func ask(
    _ monitor: any Monitor, for plan: Plan, of state: KeeperState
  ) async throws -> Briefing {
    var briefing = Briefing()
    for step in plan.steps {
      switch step {
      case .configureServer, .maintainSlots:
        briefing.members = try await monitor.otherNodes(of: state.nodeID)
      case .applyStandbyNames:
        briefing.standbyNames = try await standbyNames(monitor, of: state)
      case .keepStandbyNames(let names):
        briefing.standbyNames = names
      case .cloneFromPrimary, .rejoinPrimary, .followPrimary:
        briefing.primary = try await primary(monitor, of: state)
      case .fetchMissing:
        briefing.source = try await monitor.mostAdvancedStandby(
          formation: state.formation, groupID: state.groupID, besides: state.nodeID)
      case .createCluster, .startServer, .createRoles, .checkpoint, .stopServer, .runAlone,
        .confirmStandbyNames, .detach, .promote:
        break
      }
    }
    return briefing
  }

  /// What this node sets as `synchronous_standby_names`. Those of a primary that has taken its place are
  /// not for it: standbys that follow it still could confirm what the new one never gets.
  private static func standbyNames(
    _ monitor: any Monitor, of state: KeeperState
  ) async throws -> String {
    let names = try await monitor.standbyNames(
      ofPrimary: state.nodeID, formation: state.formation, groupID: state.groupID)
    guard let names else {
      throw KeeperError(
        code: .notYet, message: "The monitor names another node as the primary of the group.",
        hint: "The next round tells what this node is to become.")
    }
    return names
  }

  /// The primary of the node's group, which is another node.
  static func primary(
    _ monitor: any Monitor, of state: KeeperState
  ) async throws -> GroupMember {
    let primary = try await monitor.primary(formation: state.formation, groupID: state.groupID)
    guard primary.id != state.nodeID else {
      throw KeeperError(
        code: .notYet, message: "The monitor names this node itself as the primary to follow.",
        hint: "The next round asks again.")
    }
    return primary
  }
}
