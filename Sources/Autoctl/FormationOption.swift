internal import ArgumentParser
internal import Configuration

/// `--formation`, where the whole formation is meant.
struct FormationOption: ParsableArguments {
  @Option(
    name: [.customShort("f"), .long], help: "The formation. Default: the node's, or default.")
  var formation: String?

  /// The formation that is meant: the one named, else the local node's, else the usual one.
  func name(beside access: MonitorOptions, in context: CommandContext) throws -> String {
    try formation ?? access.node(in: context)?.formation ?? "default"
  }
}
