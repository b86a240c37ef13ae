internal import ArgumentParser

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
    try await StandbyPermission(access: access, place: place, context: context)
      .set(false)
  }
}
