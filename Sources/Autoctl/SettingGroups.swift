internal import ArgumentParser

/// `get …`
struct GetGroup: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "get", abstract: "Show a setting of a node or a formation.",
    subcommands: [GetNodeGroup.self, GetFormationGroup.self])

  @OptionGroup var global: GlobalOptions
}

/// `get node …`
struct GetNodeGroup: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "node", abstract: "Show a setting of a node.",
    subcommands: [GetCandidatePriority.self, GetReplicationQuorum.self])

  @OptionGroup var global: GlobalOptions
}

/// `get formation …`
struct GetFormationGroup: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "formation", abstract: "Show the settings of a formation.",
    subcommands: [GetNumberSyncStandbys.self, ShowSettings.self])

  @OptionGroup var global: GlobalOptions
}

/// `set …`
struct SetGroup: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "set", abstract: "Change a setting of a node or a formation.",
    subcommands: [SetNodeGroup.self, SetFormationGroup.self])

  @OptionGroup var global: GlobalOptions
}

/// `set node …`
struct SetNodeGroup: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "node", abstract: "Change a setting of a node.",
    subcommands: [SetCandidatePriority.self, SetReplicationQuorum.self, SetNodeMetadata.self])

  @OptionGroup var global: GlobalOptions
}

/// `set formation …`
struct SetFormationGroup: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "formation", abstract: "Change a setting of a formation.",
    subcommands: [SetNumberSyncStandbys.self])

  @OptionGroup var global: GlobalOptions
}

/// `check …`
struct CheckGroup: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Tell what would happen, for people and monitoring systems.",
    subcommands: [CheckFailover.self])

  @OptionGroup var global: GlobalOptions
}
