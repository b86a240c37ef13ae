internal import ArgumentParser
internal import Configuration

/// `disable ssl`: goes without encryption, without a failover or a restart.
struct DisableSSL: Command {
  static let configuration = CommandConfiguration(
    commandName: "ssl", abstract: "Do not encrypt connections any more.",
    discussion: """
      Disable it on the standbys first, whose mode may demand encryption, then on the primary, then \
      on the monitor.

      Example: pg_autoctl disable ssl --pgdata ha
      """)

  @OptionGroup var directory: PgdataOptions
  @OptionGroup var global: GlobalOptions

  var isForServerOwner: Bool { true }

  func run(in context: CommandContext) async throws -> ConfigurationAnswer {
    try EncryptionChange(directory: directory, context: context).perform(SSLConfiguration())
  }
}
