internal import ArgumentParser

/// `run`: the service of a data directory, until it is told to end.
struct RunCommand: Command {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Run the service of a node or a monitor.",
    discussion: "Example: pg_autoctl run --pgdata ha")

  @OptionGroup var directory: PgdataOptions
  @OptionGroup var global: GlobalOptions

  var isForServerOwner: Bool { true }

  func run(in context: CommandContext) async throws -> Silence {
    let locations = try directory.locations(in: context)
    try await Services(directory: directory, locations: locations, context: context).run()
    return Silence()
  }
}
