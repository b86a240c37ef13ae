internal import ArgumentParser
internal import Configuration

/// `pg_autoctl`: all commands.
struct RootCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pg_autoctl",
    abstract: "Keep PostgreSQL available: a monitor, nodes, and failover between them.",
    version: "pg_autoctl version \(Version.program)",
    subcommands: [
      CreateGroup.self, DropGroup.self, ShowGroup.self, CheckGroup.self, GetGroup.self,
      SetGroup.self, ConfigGroup.self, EnableGroup.self, DisableGroup.self, PerformGroup.self,
      WatchCommand.self, RunCommand.self, StopCommand.self, ReloadCommand.self,
      RestartCommand.self, StatusCommand.self, VersionCommand.self, ActivateCommand.self,
    ])

  @OptionGroup var global: GlobalOptions
}

/// `create …`
struct CreateGroup: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "create", abstract: "Create a monitor, a node or a formation.",
    subcommands: [
      CreateMonitor.self, CreatePostgres.self, CreateFormation.self, CreateCoordinator.self,
      CreateWorker.self,
    ])

  @OptionGroup var global: GlobalOptions
}

/// `drop …`
struct DropGroup: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "drop", abstract: "Take a node, a monitor or a formation out of service.",
    subcommands: [DropNode.self, DropMonitor.self, DropFormation.self])

  @OptionGroup var global: GlobalOptions
}

/// `show …`
struct ShowGroup: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show nodes, events, settings, connection strings.",
    subcommands: [
      ShowState.self, ShowEvents.self, ShowURI.self, ShowSettings.self, ShowStandbyNames.self,
      ShowWhy.self, ShowRules.self, ShowSystemd.self, ShowFile.self,
    ])

  @OptionGroup var global: GlobalOptions
}

/// `enable …`
struct EnableGroup: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "enable", abstract: "Begin the maintenance of a node, or encrypt connections.",
    subcommands: [
      EnableMaintenance.self, EnableMonitor.self, EnableSSL.self, EnableSecondary.self,
    ])

  @OptionGroup var global: GlobalOptions
}

/// `disable …`
struct DisableGroup: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "disable", abstract: "End the maintenance of a node, or the encryption.",
    subcommands: [
      DisableMaintenance.self, DisableMonitor.self, DisableSSL.self, DisableSecondary.self,
    ])

  @OptionGroup var global: GlobalOptions
}

/// `perform …`
struct PerformGroup: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "perform", abstract: "Hand the primary's role from one node to another.",
    subcommands: [PerformFailover.self, PerformSwitchover.self, PerformPromotion.self])

  @OptionGroup var global: GlobalOptions
}
