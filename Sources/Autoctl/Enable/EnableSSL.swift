internal import ArgumentParser

/// `enable ssl`: encrypts the connections of a node or a monitor, without a failover or a restart.
struct EnableSSL: Command {
  static let configuration = CommandConfiguration(
    commandName: "ssl", abstract: "Encrypt connections, or use another certificate.",
    discussion: """
      Writes the configuration file, and has a running service take it up: server, access rules and \
      the way to the primary, without a failover and without a restart. Enable it on the monitor \
      first, then on the primary, then on the standbys, whose mode may demand what the primary then \
      offers.

      Example: pg_autoctl enable ssl --ssl-self-signed --pgdata ha
      """)

  @OptionGroup(title: "Encryption (one of --ssl-self-signed, or certificate files)")
  var encryption: SSLOptions
  @OptionGroup var directory: PgdataOptions
  @OptionGroup var global: GlobalOptions

  var isForServerOwner: Bool { true }

  func validate() throws {
    if encryption.off {
      throw ValidationError("To go without encryption use: pg_autoctl disable ssl.")
    }
  }

  func run(in context: CommandContext) async throws -> ConfigurationAnswer {
    try EncryptionChange(directory: directory, context: context).perform(
      encryption.configuration(workingDirectory: context.workingDirectory))
  }
}
