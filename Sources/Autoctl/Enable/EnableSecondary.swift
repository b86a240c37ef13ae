internal import ArgumentParser
internal import Logging
internal import MonitorClient

/// `enable secondary`: lets a formation have standbys.
struct EnableSecondary: Command {
  static let configuration = CommandConfiguration(
    commandName: "secondary", abstract: "Allow a formation to have standbys.",
    discussion: """
      A formation has this right from the start, unless it was created with --disable-secondary.

      Example: pg_autoctl enable secondary --formation billing --pgdata monitor
      """)

  @OptionGroup var access: MonitorOptions
  @OptionGroup var place: FormationOption
  @OptionGroup var global: GlobalOptions

  func run(in context: CommandContext) async throws -> Silence {
    let formation = try place.name(beside: access, in: context)
    let monitor = try access.client(in: context)
    try await monitor.requireFormation(formation)
    try await monitor.allowStandbys(true, in: formation)
    context.logger.info("The formation \(formation) may have standbys from now on")
    return Silence()
  }
}
