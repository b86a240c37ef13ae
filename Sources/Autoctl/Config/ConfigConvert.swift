internal import ArgumentParser
internal import Configuration
internal import Logging

/// `config convert`: makes our configuration file of one of pg_auto_failover 2.x.
struct ConfigConvert: Command {
  static let configuration = CommandConfiguration(
    commandName: "convert", abstract: "Convert a pg_autoctl.cfg of pg_auto_failover 2.x.",
    discussion: """
      Reads pg_autoctl.cfg, which lies where the new file will lie unless --from names another, and \
      writes pg_autoctl.toml beside it. The old file stays; so does a new one that is there already. \
      What is not taken over is told.

      Example: pg_autoctl config convert --pgdata ha
      """)

  @Option(help: .init("The old file.", valueName: "file"))
  var from: String?
  @OptionGroup var directory: PgdataOptions
  @OptionGroup var global: GlobalOptions

  var isForServerOwner: Bool { true }

  func run(in context: CommandContext) async throws -> ConfigurationAnswer {
    let locations = try directory.locations(in: context)
    let target = locations.configuration
    guard !DurableFile.exists(target) else {
      throw CommandError(
        .badArguments, "There is a \(target) already.",
        hint: "Move it away first, if the old file is to count.")
    }
    let source = from.map { absolute($0, in: context) } ?? Self.usual(beside: target)
    guard DurableFile.exists(source) else {
      throw CommandError(
        .badArguments, "There is no \(source).", hint: "Name the old file with --from.")
    }
    let (document, notes) = try OldConfiguration(DurableFile.read(source), of: source)
      .converted(to: target, socketDirectory: SocketDirectory.usual(in: context.environment))
    let pgdata = try document.entry("postgresql.pgdata").value.word
    guard pgdata == locations.pgdata else {
      throw CommandError(
        .badArguments, "\(source) is about \(pgdata), not about \(locations.pgdata).",
        hint: "Name the directory with --pgdata \(pgdata), or the right file with --from.")
    }
    try document.save()
    for note in notes { context.logger.warning("\(note)") }
    context.logger.info("Wrote \(target); look at it with: pg_autoctl config check")
    return ConfigurationAnswer(document: document, entry: nil)
  }

  private func absolute(_ path: String, in context: CommandContext) -> String {
    path.hasPrefix("/") ? path : "\(context.workingDirectory)/\(path)"
  }

  private static func usual(beside path: String) -> String {
    path.hasSuffix(".toml") ? path.dropLast(".toml".count) + ".cfg" : path
  }
}
