internal import ArgumentParser
internal import Configuration

/// `--pgdata`, or PGDATA.
struct PgdataOptions: ParsableArguments {
  @Option(
    name: [.customShort("D"), .long],
    help: .init("The data directory. Default: the environment variable PGDATA.", valueName: "dir"))
  var pgdata: String?

  /// Does somebody say which directory: the command line, or the environment when it does not set
  /// another variable that goes first?
  func isNamed(in context: CommandContext, before other: String) -> Bool {
    if pgdata != nil { return true }
    let isOtherSet = context.environment[other].map { !$0.isEmpty } ?? false
    return !isOtherSet && context.environment["PGDATA"].map { !$0.isEmpty } ?? false
  }

  /// Where the files of the data directory lie; an error when nobody said which directory.
  func locations(in context: CommandContext) throws -> FileLocations {
    guard let directory = pgdata ?? context.environment["PGDATA"], !directory.isEmpty else {
      throw CommandError(
        .badArguments, "The data directory is not known.",
        hint: "Name it with --pgdata, or set the environment variable PGDATA.")
    }
    return try FileLocations(
      pgdata: directory, environment: context.environment,
      workingDirectory: context.workingDirectory)
  }

  /// Which kind of server the directory belongs to; an error when it was not made by a command of ours.
  func role(at locations: FileLocations) throws -> ConfigurationRole {
    do {
      return try ConfigurationFile.role(at: locations.configuration)
    } catch let error where error.code == .noFile {
      throw Self.unknownDirectory(locations)
    }
  }

  /// A node's configuration.
  func keeper(at locations: FileLocations) throws -> KeeperConfiguration {
    try read(KeeperConfiguration.self, at: locations)
  }

  /// A monitor's configuration.
  func monitor(at locations: FileLocations) throws -> MonitorConfiguration {
    try read(MonitorConfiguration.self, at: locations)
  }

  private func read<Subject: Configurable>(
    _ type: Subject.Type, at locations: FileLocations
  ) throws -> Subject {
    do {
      return try ConfigurationFile.read(type, at: locations.configuration)
    } catch let error where error.code == .noFile {
      throw Self.unknownDirectory(locations)
    }
  }

  static func unknownDirectory(_ locations: FileLocations) -> CommandError {
    CommandError(
      .badArguments,
      "\(locations.pgdata) is no directory of this program: there is no \(locations.configuration).",
      hint: "Check --pgdata and the user; directories are made with: pg_autoctl create.")
  }
}
