internal import ArgumentParser
internal import Simulation

/// Simulates days in the life of a group.
@main
struct Simulate: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "simulate",
    abstract: "Days on which many things go wrong: real keepers and the monitor's real SQL, "
      + "simulated servers, network and clock.",
    subcommands: [Seeds.self, Scenarios.self], defaultSubcommand: Seeds.self)
}
