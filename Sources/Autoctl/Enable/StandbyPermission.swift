internal import Logging
internal import MonitorClient

/// Whether a formation may have standbys.
struct StandbyPermission {
  let access: MonitorOptions
  let place: FormationOption
  let context: CommandContext

  /// Gives it, or takes it back while there are none.
  func set(_ isAllowed: Bool) async throws -> Silence {
    let formation = try place.name(beside: access, in: context)
    let monitor = try access.client(in: context)
    try await monitor.requireFormation(formation)
    try await monitor.allowStandbys(isAllowed, in: formation)
    context.logger.info(
      "The formation \(formation) \(isAllowed ? "may have" : "has no") standbys from now on")
    return Silence()
  }
}
