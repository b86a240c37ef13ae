internal import ArgumentParser

/// A command of Citus: known by its name, and not supported.
protocol CitusCommand: Command {}

extension CitusCommand {
  static func unsupported(_ name: String) -> CommandConfiguration {
    CommandConfiguration(
      commandName: name, abstract: "Not supported: it belongs to Citus.", shouldDisplay: false)
  }

  func run(in context: CommandContext) async throws -> Silence {
    throw CommandError(
      .badArguments, "Citus is not supported: there are no coordinators and no workers.",
      hint: "Create an ordinary node with: pg_autoctl create postgres.")
  }
}

/// `create coordinator`
struct CreateCoordinator: CitusCommand {
  static let configuration = unsupported("coordinator")
  @Argument(parsing: .allUnrecognized) var words: [String] = []
  @OptionGroup var global: GlobalOptions
}

/// `create worker`
struct CreateWorker: CitusCommand {
  static let configuration = unsupported("worker")
  @Argument(parsing: .allUnrecognized) var words: [String] = []
  @OptionGroup var global: GlobalOptions
}

/// `activate`
struct ActivateCommand: CitusCommand {
  static let configuration = unsupported("activate")
  @Argument(parsing: .allUnrecognized) var words: [String] = []
  @OptionGroup var global: GlobalOptions
}
