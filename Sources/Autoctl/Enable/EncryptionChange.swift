internal import Configuration
internal import Glibc
internal import Logging

/// Another encryption for the node or monitor of a data directory, while it runs or not.
struct EncryptionChange {
  let directory: PgdataOptions
  let context: CommandContext

  /// Writes the settings of `[ssl]`, and has a running service take them up: no server is restarted.
  func perform(_ ssl: SSLConfiguration) throws -> ConfigurationAnswer {
    let locations = try directory.locations(in: context)
    let before = try directory.document(at: locations)
    var document = before
    for (key, value) in [
      ("active", "\(ssl.isActive)"), ("sslmode", ssl.mode.rawValue),
      ("self_signed", "\(ssl.isSelfSigned)"), ("ca_file", ssl.caFile), ("crl_file", ssl.crlFile),
      ("cert_file", ssl.certFile), ("key_file", ssl.keyFile),
    ] {
      document = try document.setting("ssl.\(key)", to: value)
    }
    guard document.entries != before.entries else {
      context.logger.info("Connections are encrypted in this way already")
      return ConfigurationAnswer(document: document, entry: nil)
    }
    try document.save()
    if try RunningService(locations: locations).send(SIGHUP) {
      context.logger.info("The service takes it up; sessions that are open go on as they are")
    } else {
      context.logger.info("No service runs: it counts from its start")
    }
    return ConfigurationAnswer(document: document, entry: nil)
  }
}
