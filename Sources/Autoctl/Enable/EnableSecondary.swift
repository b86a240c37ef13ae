internal import ArgumentParser

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
    try await StandbyPermission(access: access, place: place, context: context)
      .set(true)
  }
}
