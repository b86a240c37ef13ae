public import ArgumentParser
public import Configuration
internal import ServerControl

extension AuthenticationMethod: ExpressibleByArgument {}
extension SSLMode: ExpressibleByArgument {}

/// What `create monitor` and `create postgres` are told about the server.
struct ServerOptions: ParsableArguments {
  @OptionGroup var directory: PgdataOptions

  @Option(
    name: [.customShort("C"), .long],
    help: .init(
      "PostgreSQL's pg_ctl; the other programs lie beside it. Default: the one in PATH.",
      valueName: "path"))
  var pgctl: String?

  @Option(
    name: [.customShort("p"), .long],
    help: "The port of the server. Default: PGPORT, or 5432.")
  var pgport: Int?

  @Option(
    name: [.customShort("n"), .long, .customLong("nodename")],
    help: "The name or address under which the others reach this host. Default: found out.")
  var hostname: String?

  @Option(
    name: [.customShort("l"), .long], help: "The addresses that the server listens on.")
  var listen = "*"

  @Option(
    name: [.customShort("A"), .long],
    help: "How clients prove who they are: trust, scram-sha-256, md5 or cert.")
  var auth: AuthenticationMethod?

  @Flag(name: [.customShort("S"), .long], help: "Leave pg_hba.conf alone.")
  var skipPgHba = false

  @Flag(name: [.customShort("x"), .long], help: "Go on as the service when all is created.")
  var run = false

  @OptionGroup(title: "ENCRYPTION (one of --no-ssl, --ssl-self-signed, or certificate files)")
  var ssl: SSLOptions

  func validate() throws {
    if let pgport, !(1...65535).contains(pgport) {
      throw ValidationError("--pgport \(pgport) is no port: write a number from 1 to 65535.")
    }
    if auth != nil, skipPgHba {
      throw ValidationError("--auth and --skip-pg-hba exclude each other: give one of them.")
    }
    if auth == nil, !skipPgHba {
      throw ValidationError(
        "Nobody said how clients prove who they are: give --auth, such as --auth scram-sha-256.")
    }
  }

  /// The programs that --pgctl names, or that PATH leads to.
  func programs(in context: CommandContext) async throws -> PostgresPrograms {
    let path = pgctl.map { $0.hasPrefix("/") ? $0 : context.workingDirectory + "/" + $0 }
    return try await PostgresPrograms.locate(
      pgctl: path, searchPath: context.environment["PATH"] ?? "")
  }

  /// What the configuration says of the server; later runs keep what is not given again.
  func server(
    from earlier: ServerConfiguration?, pgdata: String, programs: PostgresPrograms,
    in context: CommandContext
  ) throws -> ServerConfiguration {
    var server = earlier ?? ServerConfiguration()
    server.pgdata = pgdata
    server.pgCtl = programs.pgctl
    server.port = try pgport ?? earlier?.port ?? Self.port(in: context.environment) ?? 5432
    server.socketDirectory =
      earlier?.socketDirectory ?? SocketDirectory.usual(in: context.environment)
    server.listenAddresses = listen
    server.authentication = auth ?? server.authentication
    server.skipsHostBasedAccess = skipPgHba
    return server
  }

  private static func port(in environment: [String: String]) throws -> Int? {
    guard let text = environment["PGPORT"], !text.isEmpty else { return nil }
    guard let port = Int(text), (1...65535).contains(port) else {
      throw CommandError(
        .badArguments, "The environment variable PGPORT is \(text), which is no port.",
        hint: "Unset it, or name the port with --pgport.")
    }
    return port
  }
}
