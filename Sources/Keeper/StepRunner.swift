internal import Failover
internal import Logging
internal import ServerControl

/// Performs one step on the server.
struct StepRunner: Sendable {
  let server: any PostgresServer
  let nodeID: Int64
  let logger: Logger
  let progress: @Sendable (String) -> Void

  /// This node's slot on whichever node is primary.
  private var slot: String { GroupMember.slotName(of: nodeID) }

  func perform(_ step: Step, knowing briefing: Briefing) async throws {
    switch step {
    case .createCluster: try await server.createCluster()
    case .configureServer: try await server.configure(for: briefing.members)
    case .maintainSlots: try await server.maintainSlots(for: briefing.members, isPrimary: true)
    case .startServer(let role): try await server.start(as: role)
    case .createRoles: try await server.createRoles()
    case .checkpoint: await checkpoint()
    case .stopServer: try await server.stop()
    case .runAlone: try await server.setStandbyNames("")
    case .applyStandbyNames: try await server.setStandbyNames(try names(in: briefing))
    case .keepStandbyNames(let names): try await server.setStandbyNames(names)
    case .confirmStandbyNames: try await server.confirmStandbyNames(try names(in: briefing))
    case .cloneFromPrimary:
      try await server.clone(from: try primary(in: briefing), slot: slot, progress: progress)
    case .rejoinPrimary: try await rejoin(try primary(in: briefing))
    case .followPrimary: try await server.follow(try primary(in: briefing), slot: slot)
    case .fetchMissing: try await server.fetch(from: try source(in: briefing), slot: slot)
    case .detach: try await server.detach()
    case .promote: try await server.promote()
    }
  }

  /// A checkpoint only shortens the stop that follows; without it the stop takes longer.
  private func checkpoint() async {
    do {
      try await server.checkpoint()
    } catch {
      logger.warning("No checkpoint before the server stops: \(error)")
    }
  }

  private func rejoin(_ primary: GroupMember) async throws {
    let way = try await server.rejoin(primary, slot: slot, progress: progress)
    logger.info("The server was \(way.rawValue) and follows \(primary.name).")
  }

  private func primary(in briefing: Briefing) throws -> GroupMember {
    guard let primary = briefing.primary else {
      throw KeeperError(code: .notYet, message: "The primary of the group is not known.")
    }
    return primary
  }

  private func source(in briefing: Briefing) throws -> GroupMember {
    guard let source = briefing.source else {
      throw KeeperError(code: .notYet, message: "The node to fetch WAL from is not known.")
    }
    return source
  }

  private func names(in briefing: Briefing) throws -> String {
    guard let names = briefing.standbyNames else {
      throw KeeperError(code: .notYet, message: "The standby names of the group are not known.")
    }
    return names
  }
}
