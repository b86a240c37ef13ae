internal import ArgumentParser
internal import Logging
internal import MonitorClient

/// `disable secondary`: a formation goes without standbys.
struct DisableSecondary: Command {
  static let configuration = CommandConfiguration(
    commandName: "secondary", abstract: "Forbid a formation that has no standbys to get any.",
    discussion: """
      Commits then never wait for anybody. Refused while the formation has standbys.

      Example: pg_autoctl disable secondary --formation billing --pgdata monitor
      """)

  @OptionGroup var access: MonitorOptions
  @OptionGroup var place: FormationOption
  @OptionGroup var global: GlobalOptions

  func run(in context: CommandContext) async throws -> Silence {
    let formation = try place.name(beside: access, in: context)
    let monitor = try access.client(in: context)
    try await monitor.requireFormation(formation)
    try await monitor.allowStandbys(false, in: formation)
    context.logger.info("The formation \(formation) has no standbys from now on")
    return Silence()
  }
}
