import Foundation
import MonitorClient
import Testing

@testable import Autoctl

/// Bad input: one sentence on what happened, one on what to do, the documented exit code, and nothing
/// half done.
@Suite struct BadInputTests {
  private let uri = "--monitor postgres://autoctl_node@localhost/pg_auto_failover"
  private let create = "create postgres --pgdata data --auth trust --no-ssl"

  /// The error and its hint; both are sentences.
  private func told(_ outcome: Person.Outcome) -> (message: String, hint: String)? {
    guard outcome.result.isEmpty, outcome.messages.count >= 2 else { return nil }
    let last = outcome.messages.suffix(2)
    guard let message = last.first, let hint = last.last, message.hasPrefix("ERROR "),
      hint.hasPrefix("HINT "), message.hasSuffix("."), hint.hasSuffix(".") || hint.hasSuffix("…")
    else { return nil }
    return (String(message.dropFirst(6)), String(hint.dropFirst(5)))
  }

  @Test(arguments: [
    "create coordinator --pgdata c --no-ssl", "create worker --group 1 --run",
    "activate --pgdata c",
  ])
  func whatBelongsToCitusIsAnsweredInOneSentence(line: String) async throws {
    let outcome = await (try Person()).types(line)
    #expect(outcome.status == .badArguments)
    #expect(
      outcome.messages.first
        == "ERROR Citus is not supported: there are no coordinators and no workers.")
  }

  @Test(arguments: ["run", "stop", "status", "reload", "show systemd", "drop monitor"])
  func withoutDirectory(line: String) async throws {
    let outcome = await (try Person()).types(line)
    #expect(outcome.status == .badArguments)
    let complaint = try #require(told(outcome), "\(outcome.log)")
    #expect(complaint.message == "The data directory is not known.")
    #expect(complaint.hint == "Name it with --pgdata, or set the environment variable PGDATA.")
  }

  @Test(arguments: ["show state", "show events", "show uri", "perform failover"])
  func withoutMonitor(line: String) async throws {
    let outcome = await (try Person()).types(line)
    #expect(outcome.status == .badArguments)
    #expect(try #require(told(outcome)).message == "The monitor is not known.")
  }

  @Test func aDirectoryThatIsNotOurs() async throws {
    let outcome = await (try Person()).types("run --pgdata nowhere")
    #expect(outcome.status == .badArguments)
    #expect(try #require(told(outcome)).message.contains("/nowhere is no directory of this"))
  }

  @Test func aProgramThatIsNoPgCtl() async throws {
    let person = try Person()
    let outcome = await person.types("\(create) --pgctl /bin/true \(uri)")
    #expect(outcome.status == .badArguments)
    #expect(try #require(told(outcome)).message == "/bin/true is no pg_ctl.")
    #expect(!person.has("data") && !person.has(".config"))
  }

  @Test func programsThatAreTooOld() async throws {
    let person = try Person()
    try person.installsPrograms(version: "12.19")
    let outcome = await person.types("\(create) \(uri)")
    #expect(outcome.status == .badArguments)
    #expect(try #require(told(outcome)).message.contains("12.19, which is too old"))
    #expect(!person.has("data") && !person.has(".config"))
  }

  @Test func aPortInUse() async throws {
    let listener = try Listener()
    let person = try Person()
    try person.installsPrograms(version: "15.4")
    let outcome = await person.types("\(create) --pgport \(listener.port) \(uri)")
    #expect(outcome.status == .badArguments)
    #expect(
      try #require(told(outcome)).message
        == "Port \(listener.port) is in use by another program.")
    #expect(!person.has("data") && !person.has(".config"))
  }

  @Test func aDirectoryWithOtherThings() async throws {
    let person = try Person()
    try person.installsPrograms(version: "15.4")
    try person.writes("mine", to: "data/letter.txt")
    let outcome = await person.types("\(create) \(uri)")
    #expect(outcome.status == .badArguments)
    #expect(
      try #require(told(outcome)).message
        == "The directory \(person.home)/data is not empty, and holds no PostgreSQL server.")
    #expect(person.has("data/letter.txt") && !person.has(".config"))
  }

  @Test(arguments: [
    "postgres://[::1", "host=a port", "postgres://autoctl_node@m:port/pg_auto_failover",
  ])
  func aMonitorURIThatCannotBeRead(text: String) async throws {
    let person = try Person()
    let outcome = await person.types("show state", environment: ["PG_AUTOCTL_MONITOR": text])
    #expect(outcome.status == .badArguments)
    #expect(
      try #require(told(outcome)).message.hasPrefix("The monitor's URI cannot be read: "))
  }

  @Test func aMonitorThatCannotBeReached() async throws {
    let person = try Person(
      monitor: .init(
        failure: MonitorError(
          code: .unreachable, message: "The monitor at localhost:5432 cannot be reached",
          hint: "See that it runs.")))
    try person.installsPrograms(version: "15.4")
    let outcome = await person.types("\(create) --pgport 1 \(uri)")
    #expect(outcome.status == .monitor)
    _ = try #require(told(outcome))
    #expect(!person.has("data") && !person.has(".config"))
  }

  @Test func anUnknownFormation() async throws {
    for line in ["show state", "show events", "show uri", "perform failover"] {
      let outcome = await (try Person()).types("\(line) --formation nope \(uri)")
      #expect(outcome.status == .monitor)
      let complaint = try #require(told(outcome))
      #expect(complaint.message == "There is no formation \"nope\".")
      #expect(complaint.hint == "The formations are: default.")
    }
  }

  @Test func anUnknownNode() async throws {
    for line in [
      "drop node --name c", "perform promotion --name c", "enable maintenance --name c",
      "disable maintenance --name c",
    ] {
      let person = try Person(monitor: .init(states: [Nodes.pair]))
      let outcome = await person.types("\(line) \(uri)")
      #expect(outcome.status == .monitor)
      let complaint = try #require(told(outcome))
      #expect(complaint.message == "There is no node \"c\" in formation \"default\".")
      #expect(complaint.hint == "Its nodes are: ha-demo-a, ha-demo-b.")
      #expect(person.requests.isEmpty)
    }
  }

  @Test func aTypoInTheConfiguration() async throws {
    let person = try Person()
    try person.writes(
      node(of: person) + "[timeout]\nnetwork_partition_timeot = 5\n",
      to: ".config/pg_autoctl\(person.home)/data/pg_autoctl.toml")
    for line in ["run", "reload", "show state"] {
      let outcome = await person.types("\(line) --pgdata data")
      #expect(outcome.status == .badConfiguration)
      let complaint = try #require(told(outcome))
      #expect(complaint.message.contains("/data/pg_autoctl.toml:11: There is no setting"))
      #expect(complaint.hint == "Write network_partition_timeout instead.")
    }
  }

  @Test func aStateFileCutInHalf() async throws {
    let person = try Person()
    try person.writes(
      node(of: person), to: ".config/pg_autoctl\(person.home)/data/pg_autoctl.toml")
    try person.writes(
      "{\n  \"format\" : 1,\n  \"format",
      to: ".local/share/pg_autoctl\(person.home)/data/pg_autoctl.state")
    let outcome = await person.types("run --pgdata data")
    #expect(outcome.status == .badState)
    #expect(try #require(told(outcome)).message.contains("is damaged"))
  }

  @Test func theExtensionIsMissing() async throws {
    let person = try Person()
    try person.installsPrograms(version: "15.4")
    let outcome = await person.types(
      "create monitor --pgdata data --auth trust --no-ssl --pgport 1")
    #expect(outcome.status == .extensionMissing, "\(outcome.log)")
    let complaint = try #require(told(outcome))
    #expect(complaint.hint.contains("make install PG_CONFIG="))
    #expect(!person.has("data") && !person.has(".config"))
  }

  @Test(arguments: [
    "create postgres --pgdata d --no-ssl", "create postgres --pgdata d --auth trust",
    "create postgres --pgdata d --auth trust --no-ssl --ssl-self-signed",
    "create postgres --pgdata d --auth trust --skip-pg-hba --no-ssl",
    "create postgres --pgdata d --auth trust --no-ssl --ssl-mode verify-full",
    "create postgres --pgdata d --auth trust --ssl-self-signed --ssl-mode verify-full",
    "create postgres --pgdata d --auth trust --server-cert /c",
    "create postgres --pgdata d --auth magic --no-ssl",
    "create postgres --pgdata d --auth trust --no-ssl --pgport 70000",
    "create postgres --pgdata d --auth trust --no-ssl --candidate-priority 101",
    "create postgres --pgdata d --auth trust --no-ssl --maximum-backup-rate fast",
    "stop --fast --immediate", "show events --count -1", "drop node --name a --hostname b",
    "drop node --pgport 1", "perform failover --wait -1",
  ])
  func optionsThatDoNotFit(line: String) async throws {
    let outcome = await (try Person()).types(line)
    #expect(outcome.status == .badArguments)
    #expect(outcome.log.hasPrefix("ERROR "), "\(outcome.log)")
    #expect(outcome.log.contains("--help"))
  }

  private func node(of person: Person) -> String {
    """
    [pg_autoctl]
    role = "keeper"
    monitor = "postgres://autoctl_node@localhost/pg_auto_failover"
    hostname = "localhost"
    [postgresql]
    pgdata = "\(person.home)/data"
    pg_ctl = "/pg_ctl"
    socket_directory = "/tmp"
    dbname = "postgres"

    """
  }
}
