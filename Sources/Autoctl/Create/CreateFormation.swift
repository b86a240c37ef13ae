internal import ArgumentParser
internal import Logging
internal import MonitorClient

/// `create formation`: a further set of nodes on the same monitor, with a primary of its own.
struct CreateFormation: Command {
  static let configuration = CommandConfiguration(
    commandName: "formation", abstract: "Create a formation, for nodes to join.",
    discussion: """
      A formation serves one database. The formation default is there from the start. With \
      --disable-secondary it has a single node, and nobody takes over.

      Example: pg_autoctl create formation --formation billing --dbname billing --pgdata monitor
      """)

  @OptionGroup var access: MonitorOptions
  @Option(name: [.customShort("f"), .long], help: "The name of the formation.")
  var formation: String
  @Option(name: [.customShort("k"), .long], help: "The kind of its nodes; pgsql is the only one.")
  var kind = "pgsql"
  @Option(name: [.customShort("d"), .long], help: "The database that applications connect to.")
  var dbname = "postgres"
  @Flag(
    inversion: .prefixedEnableDisable, exclusivity: .exclusive, help: "May it have standbys?")
  var secondary = true
  @Option(
    name: [.customShort("n"), .long],
    help: "How many standbys must confirm a commit, whatever happens.")
  var numberSyncStandbys = 0
  @OptionGroup var global: GlobalOptions

  func validate() throws {
    if formation.isEmpty { throw ValidationError("--formation is empty: write a name.") }
    if kind != "pgsql" {
      throw ValidationError("--kind \(kind) is not possible: pgsql is the only kind there is.")
    }
    try SettingLimits.requireNumber(numberSyncStandbys, "--number-sync-standbys")
    if !secondary, numberSyncStandbys > 0 {
      throw ValidationError(
        "--disable-secondary and --number-sync-standbys contradict each other: give one of them.")
    }
  }

  func run(in context: CommandContext) async throws -> FormationAnswer {
    let definition = FormationDefinition(
      name: formation, kind: kind, database: dbname, hasSecondaries: secondary,
      numberSyncStandbys: numberSyncStandbys)
    try await access.client(in: context).createFormation(definition)
    context.logger.info(
      """
      The formation \(formation) is created. Add a node with: \
      pg_autoctl create postgres --formation \(formation)
      """)
    return FormationAnswer(formation: definition)
  }
}

/// A formation as it was created.
struct FormationAnswer: Displayable, Equatable {
  var formation: FormationDefinition

  var text: String { "" }

  var json: JSONValue {
    .object([
      .init("formation", .text(formation.name)), .init("kind", .text(formation.kind)),
      .init("dbname", .text(formation.database)),
      .init("opt_secondary", .boolean(formation.hasSecondaries)),
      .init("number_sync_standbys", .integer(Int64(formation.numberSyncStandbys))),
    ])
  }
}
