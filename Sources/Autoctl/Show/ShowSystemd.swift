internal import ArgumentParser
internal import Configuration
internal import Logging

/// `show systemd`: a unit file on standard output.
struct ShowSystemd: Command {
  static let configuration = CommandConfiguration(
    commandName: "systemd", abstract: "Print a systemd unit that runs the service.",
    discussion:
      "Example: pg_autoctl -q show systemd --pgdata ha | sudo tee /etc/systemd/system/ha.service")

  @OptionGroup var directory: PgdataOptions
  @OptionGroup var global: GlobalOptions

  func run(in context: CommandContext) async throws -> SystemdUnit {
    let locations = try directory.locations(in: context)
    guard let owner = UserAccount.owner(of: locations.pgdata) else {
      throw CommandError(
        .badArguments, "There is no directory \(locations.pgdata).",
        hint: "Create the server first with: pg_autoctl create.")
    }
    for line in [
      "To install the unit, as the user who owns the data directory:",
      "  pg_autoctl -q show systemd --pgdata \(locations.pgdata)"
        + " | sudo tee /etc/systemd/system/pgautofailover.service",
      "  sudo systemctl daemon-reload",
      "  sudo systemctl enable --now pgautofailover",
    ] {
      context.logger.info("\(line)")
    }
    return SystemdUnit(
      pgdata: locations.pgdata, program: context.programPath, user: owner.name,
      environment: owner.id == context.userID
        ? context.environment.filter { FileLocations.variables.contains($0.key) }
        : ["HOME": owner.home])
  }
}
