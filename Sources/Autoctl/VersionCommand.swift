internal import ArgumentParser
internal import Configuration

/// `version`: what this program is, and what it works with.
struct VersionCommand: Command {
  static let configuration = CommandConfiguration(
    commandName: "version", abstract: "Tell the version.",
    discussion: "Example: pg_autoctl version --json")

  @OptionGroup var global: GlobalOptions

  func run(in context: CommandContext) async throws -> VersionAnswer { VersionAnswer() }
}

/// The versions, as four lines.
struct VersionAnswer: Displayable, Equatable {
  private var servers: String { Version.postgres.map(String.init).joined(separator: ", ") }

  var text: String {
    """
    pg_autoctl version \(Version.program)
    pg_autoctl extension version \(Version.extension)
    compiled for \(Self.architecture) Linux
    tested with PostgreSQL \(servers)

    """
  }

  var json: JSONValue {
    .object([
      .init("pg_autoctl", .text(Version.program)),
      .init("pgautofailover", .text(Version.extension)),
      .init("architecture", .text(Self.architecture)),
      .init("pg_major", .array(Version.postgres.map { .integer(Int64($0)) })),
    ])
  }

  private static var architecture: String {
    #if arch(x86_64)
      "x86_64"
    #elseif arch(arm64)
      "arm64"
    #else
      "another architecture of"
    #endif
  }
}
