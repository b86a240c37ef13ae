internal import ArgumentParser
internal import Configuration

/// How connections are encrypted: exactly one family of options.
struct SSLOptions: ParsableArguments {
  @Flag(name: [.customShort("N"), .customLong("no-ssl")], help: "Do not encrypt.")
  var off = false

  @Flag(
    name: [.customShort("s"), .customLong("ssl-self-signed")],
    help: "Encrypt with a certificate of our own making.")
  var selfSigned = false

  @Option(name: .customLong("ssl-mode"), help: "How much encryption clients demand, as sslmode.")
  var mode: SSLMode?

  @Option(name: .customLong("ssl-ca-file"), help: "The certificates of authorities to trust.")
  var authority: String?

  @Option(name: .customLong("ssl-crl-file"), help: "The certificates that are revoked.")
  var revoked: String?

  @Option(name: .customLong("server-cert"), help: "The server's certificate.")
  var certificate: String?

  @Option(name: .customLong("server-key"), help: "The certificate's private key.")
  var key: String?

  private var usesFiles: Bool {
    authority != nil || revoked != nil || certificate != nil || key != nil
  }

  func validate() throws {
    switch [off, selfSigned, usesFiles].filter(\.self).count {
    case 0:
      throw ValidationError(
        "Nobody said whether connections are encrypted: give --ssl-self-signed, --no-ssl, or "
          + "--server-cert and --server-key.")
    case 1: break
    default:
      throw ValidationError(
        "--no-ssl, --ssl-self-signed and certificate files exclude each other: give one of them.")
    }
    if usesFiles, certificate == nil || key == nil {
      throw ValidationError("Certificate files need both --server-cert and --server-key.")
    }
    let verifies = effectiveMode == .verifyCA || effectiveMode == .verifyFull
    if usesFiles, verifies, authority == nil {
      throw ValidationError(
        "The mode \(effectiveMode.rawValue) needs --ssl-ca-file, with the authority to trust.")
    }
    if selfSigned, verifies {
      throw ValidationError(
        "The mode \(effectiveMode.rawValue) needs certificates that an authority has signed: use "
          + "--ssl-mode require.")
    }
    if off, let mode, mode != .disable, mode != .allow, mode != .prefer {
      throw ValidationError("--no-ssl and --ssl-mode \(mode.rawValue) contradict each other.")
    }
  }

  private var effectiveMode: SSLMode {
    mode ?? (off ? .prefer : selfSigned ? .require : .verifyFull)
  }

  /// What the configuration says; files must exist, and their paths become absolute.
  func configuration(workingDirectory: String) throws -> SSLConfiguration {
    var ssl = SSLConfiguration()
    ssl.isActive = !off
    ssl.isSelfSigned = selfSigned
    ssl.mode = effectiveMode
    ssl.caFile = try Self.path(authority, "--ssl-ca-file", workingDirectory)
    ssl.crlFile = try Self.path(revoked, "--ssl-crl-file", workingDirectory)
    ssl.certFile = try Self.path(certificate, "--server-cert", workingDirectory)
    ssl.keyFile = try Self.path(key, "--server-key", workingDirectory)
    return ssl
  }

  private static func path(
    _ path: String?, _ option: String, _ workingDirectory: String
  ) throws -> String {
    guard let path else { return "" }
    let absolute = path.hasPrefix("/") ? path : workingDirectory + "/" + path
    guard DurableFile.exists(absolute) else {
      throw CommandError(
        .badArguments, "There is no file \(absolute).", hint: "Check the path after \(option).")
    }
    return absolute
  }
}
