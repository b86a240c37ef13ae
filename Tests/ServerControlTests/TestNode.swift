import Failover
import Glibc
import PostgresClient
import Synchronization

@testable import ServerControl

/// A real server in a directory of its own, with the control under test. Run as root the server's
/// programs leave root, as PostgreSQL demands.
struct TestNode {
  let server: LocalServer
  let member: GroupMember

  var settings: ServerSettings { server.settings }
  var directory: String { settings.dataDirectory }

  /// The role this node has for others.
  static func make(
    _ id: Int64, in place: TestPlace, limits: ServerLimits = TestPlace.limits,
    changing change: (inout ServerSettings) -> Void = { _ in }
  ) -> TestNode {
    let port = TestPlace.nextPort()
    var settings = ServerSettings(
      dataDirectory: "\(place.path)/node\(id)", binDirectory: TestPlace.binDirectory, port: port,
      superuser: TestPlace.user, hostname: "127.0.0.1")
    settings.listenAddresses = "127.0.0.1"
    settings.socketDirectory = place.path
    settings.authentication = .trust
    settings.maximumBackupRate = "1000M"
    settings.nodeID = id
    settings.launchPrefix = TestPlace.prefix
    // A test's disk may be slow and its data is of no value.
    settings.additionalSettings = ["fsync": "off", "shared_buffers": "16MB"]
    change(&settings)
    return TestNode(
      server: LocalServer(settings, limits: limits),
      member: GroupMember(id: id, name: "node\(id)", host: "127.0.0.1", port: settings.port))
  }

  /// Creates the cluster and starts it as a primary for these members.
  func becomePrimary(of others: [TestNode] = []) async throws {
    try await server.createCluster()
    try await server.configure(for: others.map(\.member))
    try await server.start(as: .primary)
    try await server.createRoles()
    try await server.maintainSlots(for: others.map(\.member), isPrimary: true)
  }

  /// Copies another node and follows it.
  func becomeStandby(of primary: TestNode) async throws {
    try await server.clone(from: primary.member, slot: member.slotName, progress: { _ in })
    try await server.configure(for: [primary.member])
    try await server.start(as: .standby)
    try await primary.waitUntilStreams(to: self)
  }

  /// The first value that a statement answers with.
  @discardableResult
  func sql(_ statement: String) async throws -> String {
    try await server.withConnection { connection throws(ServerError) in
      try await connection.value(statement, atMost: .seconds(60))
    }
  }

  /// Commits as a client does, waiting for the standbys that the names demand.
  func commit(_ statement: String) async throws {
    try await server.withConnection { connection throws(ServerError) in
      do throws(PostgresError) {
        try await connection.connection.execute(
          "SET synchronous_commit = on; " + statement, timeout: .seconds(60))
      } catch {
        throw ServerError(local: error)
      }
    }
  }

  /// Waits until a standby of this primary streams; what both servers said if it does not.
  func waitUntilStreams(to standby: TestNode) async throws {
    do {
      try await until("\(standby.member.name) streams") {
        await server.observe().standbys.contains {
          $0.name == standby.member.slotName && $0.state == "streaming"
        }
      }
    } catch let failure as TestFailure {
      throw TestFailure(
        what: ([failure.what] + [self, standby].map(\.endOfLog)).joined(separator: "\n"))
    }
  }

  private var endOfLog: String {
    let lines = (try? DurableFiles.text(directory + "/startup.log"))?.split(separator: "\n") ?? []
    return (["\(member.name) said:"] + lines.suffix(15)).joined(separator: "\n")
  }

  /// Waits until this standby has replayed all that the primary has written.
  func waitUntilCaughtUp(with primary: TestNode) async throws {
    let position = try await primary.sql("SELECT pg_current_wal_flush_lsn()")
    try await until("\(member.name) has \(position)") {
      try await sql("SELECT pg_last_wal_replay_lsn() >= '\(position)'") == "t"
    }
  }

  var postmaster: Postmaster? { server.process.postmaster }
}

/// A directory for the servers of one test, and what they need of this machine.
struct TestPlace {
  let path: String
  private static let number = Mutex(0)
  private static let ports = Mutex(7300)

  static let user = geteuid() == 0 ? "postgres" : name(of: geteuid())
  static let prefix =
    geteuid() == 0
    ? [
      "env", "HOME=/nonexistent", "setpriv", "--reuid=\(user)", "--regid=\(user)", "--clear-groups",
    ] : []

  /// Where this machine's PostgreSQL lies, as `pg_config` says.
  static let binDirectory: String = {
    guard let stream = popen("pg_config --bindir", "r") else { return "" }
    defer { pclose(stream) }
    var line = [CChar](repeating: 0, count: 4096)
    guard fgets(&line, Int32(line.count), stream) != nil else { return "" }
    return String(decoding: line.prefix { $0 != 0 && $0 != 10 }.map(UInt8.init), as: UTF8.self)
  }()

  static var limits: ServerLimits {
    var limits = ServerLimits()
    limits.streaming = .seconds(8)
    return limits
  }

  /// A port that nobody listens on now.
  static func nextPort() -> Int {
    ports.withLock { port in
      repeat { port = port >= 7399 ? 7300 : port + 1 } while !isFree(port)
      return port
    }
  }

  private static func isFree(_ port: Int) -> Bool {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var place = sockaddr_in()
    place.sin_family = sa_family_t(AF_INET)
    place.sin_port = in_port_t(truncatingIfNeeded: port).bigEndian
    return withUnsafePointer(to: &place) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
      }
    }
  }

  private static func name(of user: uid_t) -> String {
    getpwuid(user).map { String(cString: $0.pointee.pw_name) } ?? "postgres"
  }

  /// Makes a directory, lets the story happen in it, stops what still runs there, and removes it.
  static func with(_ story: (TestPlace) async throws -> Void) async throws {
    let count = number.withLock { number in
      number += 1
      return number
    }
    let place = TestPlace(path: "/tmp/autoctl-server-\(getpid())-\(count)")
    mkdir(place.path, 0o700)
    if geteuid() == 0, let owner = getpwnam(user) {
      chown(place.path, owner.pointee.pw_uid, owner.pointee.pw_gid)
    }
    do {
      try await story(place)
    } catch {
      await place.clear()
      throw error
    }
    await place.clear()
  }

  private func clear() async {
    for name in (try? DurableFiles.entries(of: path)) ?? [] {
      let process = ServerProcess(directory: "\(path)/\(name)", limits: ServerLimits())
      if let postmaster = process.postmaster { kill(postmaster.id, SIGKILL) }
      try? await process.clearOrphans()
      try? await process.clearTools()
    }
    try? DurableFiles.removeTree(path)
  }
}

/// Waits, with a limit, until something holds.
func until(
  _ what: String, atMost limit: Duration = .seconds(30), _ holds: () async throws -> Bool
) async throws {
  let end = ContinuousClock.now + limit
  while ContinuousClock.now < end {
    if try await holds() { return }
    try await pausing(for: .milliseconds(50))
  }
  throw TestFailure(what: what)
}

/// Something that a test waited for did not happen.
struct TestFailure: Error, CustomStringConvertible {
  var what: String
  var description: String { "in vain waited until \(what)" }
}

/// Catches the error that something throws.
func failure(_ work: () async throws -> Void) async throws -> ServerError {
  do {
    try await work()
  } catch let error as ServerError {
    return error
  }
  throw TestFailure(what: "something failed")
}
