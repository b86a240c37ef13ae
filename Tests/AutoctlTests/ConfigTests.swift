import Failover
import Foundation
import Keeper
import MonitorClient
import Testing

@testable import Autoctl
@testable import Configuration

/// The configuration file as people meet it: shown, changed line by line, checked.
@Suite struct ConfigTests {
  private let ha = "--pgdata ha"

  /// A person with a node whose file has a comment of their own.
  private func owner(of edit: (String) -> String = { $0 }) throws -> (Person, String) {
    let person = try Person(monitor: .init(states: [Nodes.three]))
    try person.installsPrograms(version: "15.4")
    var configuration = KeeperConfiguration()
    configuration.monitor = "postgres://autoctl_node@monitor/pg_auto_failover"
    configuration.hostname = "b"
    configuration.name = "b"
    configuration.server.pgdata = person.home + "/ha"
    configuration.server.pgCtl = person.home + "/bin/pg_ctl"
    configuration.server.socketDirectory = "/tmp"
    try person.writes("15\n", to: "ha/PG_VERSION")
    let path = ".config/pg_autoctl\(person.home)/ha/pg_autoctl.toml"
    let text = ConfigurationFile.render(configuration)
      .replacing(
        "network_partition_timeout = 5", with: "network_partition_timeout = 5   # since the move")
    try person.writes(edit(text), to: path)
    chmod(person.home + "/" + path, 0o600)
    return (person, person.home + "/" + path)
  }

  @Test func theFileAndOneSettingAreShown() async throws {
    let (person, path) = try owner()
    #expect(
      try await person.types("config get \(ha)").result
        == String(contentsOfFile: path, encoding: .utf8))
    let one = await person.types("config get postgresql.port \(ha)")
    #expect(one.status == .success && one.result == "5432\n")
    let json = await person.types("config get timeout.network_partition_timeout --json \(ha)")
    #expect(json.result == "{\n  \"timeout\": {\n    \"network_partition_timeout\": 5\n  }\n}\n")
    let all = await person.types("config get --json \(ha)")
    #expect(all.result.hasPrefix("{\n  \"pg_autoctl\": {\n    \"role\": \"keeper\",\n"))
  }

  @Test func aSettingThatDoesNotExistIsGuessed() async throws {
    let (person, _) = try owner()
    let answer = await person.types("config get postgresql.prot \(ha)")
    #expect(answer.status == .badArguments)
    #expect(
      answer.messages == [
        "ERROR There is no setting postgresql.prot of a keeper.",
        "HINT Did you mean postgresql.port?",
      ])
  }

  @Test func aChangeTouchesOneLineAndKeepsComments() async throws {
    let (person, path) = try owner()
    let before = try String(contentsOfFile: path, encoding: .utf8)
    let answer = await person.types("config set timeout.network_partition_timeout 10 \(ha)")
    #expect(answer.status == .success && answer.result == "10\n")
    #expect(answer.messages.first?.contains("counts from its start") == true)
    let after = try String(contentsOfFile: path, encoding: .utf8)
    #expect(
      after
        == before.replacing(
          "timeout = 5   # since the move", with: "timeout = 10   # since the move"))
    let attributes = try FileManager.default.attributesOfItem(atPath: path)
    #expect(attributes[.posixPermissions] as? Int == 0o600)
  }

  @Test func aSettingThatTheFileLeavesOutComesIntoItsTable() async throws {
    let (person, path) = try owner { text in
      text.split(separator: "\n", omittingEmptySubsequences: false)
        .filter { !$0.contains("maximum_backup_rate") && !$0.contains("base backup may transfer") }
        .joined(separator: "\n")
    }
    let answer = await person.types("config set replication.maximum_backup_rate 10M \(ha)")
    #expect(answer.status == .success && answer.result == "10M\n")
    let text = try String(contentsOfFile: path, encoding: .utf8)
    #expect(text.contains("\"\"\n# The most that a base backup may transfer in a second"))
    #expect(text.contains("\nmaximum_backup_rate = \"10M\"\n"))
    #expect(
      try ConfigurationFile.read(KeeperConfiguration.self, at: path).maximumBackupRate == "10M")
  }

  @Test(arguments: [
    ("timeout.network_partition_timeout soon", "Give a whole number from 1 to 3600."),
    ("timeout.network_partition_timeout 0", "Give a whole number from 1 to 3600."),
    ("postgresql.skip_pg_hba maybe", "Give true or false."),
    ("ssl.sslmode always", "Give \"disable\" or \"allow\""),
    ("postgresql.pg_ctl bin/pg_ctl", "Give a path that begins with /."),
    ("pg_autoctl.formation other", "Create another one, and drop this one."),
    ("pg_autoctl.monitr x", "Did you mean pg_autoctl.monitor?"),
    ("pg_autoctl.hostname c", "Use: pg_autoctl set node metadata --hostname c"),
    ("postgresql.port 5433", "Use: pg_autoctl set node metadata --pgport 5433"),
  ])
  func aChangeThatCannotBeIsRefusedAndChangesNothing(words: String, hint: String) async throws {
    let (person, path) = try owner()
    let before = try String(contentsOfFile: path, encoding: .utf8)
    let answer = await person.types("config set \(words) \(ha)")
    #expect(answer.status == .badArguments)
    #expect(answer.messages.last?.hasPrefix("HINT \(hint)") == true, "\(answer.log)")
    #expect(try String(contentsOfFile: path, encoding: .utf8) == before)
  }

  @Test func whatOnlyAPersonCanEditIsLeftToOne() async throws {
    let (person, path) = try owner { text in
      text.replacing(
        "maximum_backup_rate = \"100M\"", with: "maximum_backup_rate = \"\"\"100M\"\"\"")
    }
    let before = try String(contentsOfFile: path, encoding: .utf8)
    let answer = await person.types("config set replication.maximum_backup_rate 10M \(ha)")
    #expect(answer.status == .badConfiguration)
    #expect(try String(contentsOfFile: path, encoding: .utf8) == before)
  }

  @Test func everyMistakeIsFoundWithItsLine() async throws {
    let (person, path) = try owner { text in
      text.replacing("port = 5432", with: "prot = 5432")
        .replacing("self_signed = false", with: "self_signed = \"no\"")
        .replacing(
          "postgresql_restart_failure_max_retries = 3",
          with: "postgresql_restart_failure_max_retries = 5000")
    }
    let answer = await person.types("config check \(ha)")
    #expect(answer.status == .badConfiguration)
    let lines = answer.result.split(separator: "\n").map(String.init)
    let text = try String(contentsOfFile: path, encoding: .utf8)
      .split(separator: "\n", omittingEmptySubsequences: false)
    let wrong = ["prot = 5432", "self_signed = \"no\"", "max_retries = 5000"]
    #expect(lines.count == 6)
    for (index, mistake) in wrong.enumerated() {
      let number = try #require(text.firstIndex { $0.contains(mistake) }) + 1
      #expect(lines[2 * index].hasPrefix("PROBLEM  configuration: \(path):\(number): "))
    }
    #expect(lines[1] == "         Write port instead.")
  }

  @Test func whatTheFileSaysOfTheHostIsLookedAt() async throws {
    let (person, path) = try owner()
    let stopped = await person.types("config check \(ha)")
    #expect(stopped.status == .server)
    #expect(stopped.result.contains("ok       pg_ctl: "))
    #expect(
      stopped.result.contains("ok       data directory: \(person.home)/ha is of PostgreSQL 15"))
    #expect(stopped.result.contains("PROBLEM  server: No server runs in \(person.home)/ha."))
    #expect(stopped.result.contains("ok       monitor: it knows this node as b"))
    chmod(path, 0o644)
    try person.writes("17\n", to: "ha/PG_VERSION")
    let wrong = await person.types("config check --json \(ha)")
    #expect(wrong.status == .badConfiguration)
    #expect(wrong.result.contains("Run: chmod 600 \(path)"))
    #expect(wrong.result.contains("is of PostgreSQL 17, and the programs of 15."))
  }

  /// A file as pg_auto_failover 2.x writes it: an empty section twice, numbers for truth.
  private let old = """
    [pg_autoctl]
    role = keeper
    monitor = postgres://autoctl_node@monitor:5432/pg_auto_failover?sslmode=require
    formation = default
    group = 0
    name = node_2
    hostname = "b.example"
    nodekind = standalone

    [postgresql]
    pgdata = HOME/ha
    pg_ctl = HOME/bin/pg_ctl
    username = app
    dbname = shop
    host = /var/run/postgresql
    port = 5433
    proxyport = 0
    listen_addresses = *
    auth_method = md5
    hba_level = app

    [ssl]
    active = 1
    sslmode = require
    cert_file = HOME/ha/server.crt
    key_file = HOME/ha/server.key

    [replication]
    maximum_backup_rate = 50M
    backup_directory = HOME/backup/node_2

    [timeout]
    network_partition_timeout = 20
    prepare_promotion_catchup = 30
    citus_coordinator_wait_timeout = 0

    """

  @Test func anOldFileIsConverted() async throws {
    let person = try Person()
    try person.writes("15\n", to: "ha/PG_VERSION")
    let folder = ".config/pg_autoctl\(person.home)/ha"
    try person.writes(old.replacing("HOME", with: person.home), to: folder + "/pg_autoctl.cfg")
    let answer = await person.types("config convert \(ha)")
    #expect(answer.status == .success)
    #expect(
      answer.messages.filter { $0.hasPrefix("WARN") } == [
        "WARN pg_autoctl.nodekind is left out: it says nothing new",
        "WARN postgresql.proxyport is left out: proxies are not known to the monitor",
        "WARN postgresql.hba_level is left out: it says nothing new",
        "WARN timeout.prepare_promotion_catchup is left out: nothing waits for that time",
        "WARN timeout.citus_coordinator_wait_timeout is left out: Citus is not supported",
      ])
    let written = try ConfigurationFile.read(
      KeeperConfiguration.self, at: "\(person.home)/\(folder)/pg_autoctl.toml")
    var expected = KeeperConfiguration()
    expected.monitor = "postgres://autoctl_node@monitor:5432/pg_auto_failover?sslmode=require"
    expected.name = "node_2"
    expected.hostname = "b.example"
    expected.server.pgdata = person.home + "/ha"
    expected.server.pgCtl = person.home + "/bin/pg_ctl"
    expected.username = "app"
    expected.database = "shop"
    expected.server.socketDirectory = "/var/run/postgresql"
    expected.server.port = 5433
    expected.server.authentication = .md5
    expected.ssl.isActive = true
    expected.ssl.mode = .require
    expected.ssl.certFile = person.home + "/ha/server.crt"
    expected.ssl.keyFile = person.home + "/ha/server.key"
    expected.maximumBackupRate = "50M"
    expected.backupDirectory = person.home + "/backup/node_2"
    expected.networkPartitionTimeout = .seconds(20)
    #expect(written == expected)
    let again = await person.types("config convert \(ha)")
    #expect(again.status == .badArguments && again.log.contains("already"))
  }

  @Test(arguments: [
    (
      "port = 5433", "port = high", ExitCodes.badConfiguration,
      "Write a whole number from 1 to 65535 there."
    ),
    (
      "nodekind = standalone", "nodekind = worker", .badConfiguration,
      "Keep it with the program that created it."
    ),
    (
      "role = keeper", "rule = keeper", .badConfiguration,
      "Name the pg_autoctl.cfg of a node or of a monitor with --from."
    ),
    ("[ssl]", "ssl", .badConfiguration, "Correct it, or name another file with --from."),
    (
      "HOME/ha\n", "/srv/other\n", .badArguments,
      "Name the directory with --pgdata /srv/other, or the right file with --from."
    ),
  ])
  func anOldFileThatCannotBeConvertedLeavesNothing(
    from: String, to: String, status: ExitCodes, hint: String
  ) async throws {
    let person = try Person()
    try person.writes("15\n", to: "ha/PG_VERSION")
    let wrong = old.replacing(from, with: to, maxReplacements: 1)
    try person.writes(wrong.replacing("HOME", with: person.home), to: "old.cfg")
    let answer = await person.types("config convert --from old.cfg \(ha)")
    #expect(answer.status == status)
    #expect(answer.messages.last == "HINT \(hint)", "\(answer.log)")
    #expect(!person.has(".config"))
  }

  @Test func aNodeGetsAnotherNameAndHost() async throws {
    let (person, path) = try owner()
    let state = KeeperState(formation: "default", nodeID: 2, groupID: 0, goal: .secondary)
    let file = "\(person.home)/.local/share/pg_autoctl\(person.home)/ha/pg_autoctl.state"
    try await StateFile(path: file).save(state)
    let answer = await person.types("set node metadata --name west --hostname b2.example \(ha)")
    #expect(answer.status == .success, "\(answer.log)")
    #expect(person.requests == ["metadata of 2: west b2.example -"])
    let written = try ConfigurationFile.read(KeeperConfiguration.self, at: path)
    #expect(written.name == "west" && written.hostname == "b2.example")
    #expect(await person.types("set node metadata \(ha)").status == .badArguments)
    #expect(await person.types("set node metadata --pgport 70000 \(ha)").status == .badArguments)
  }

  @Test func theFilesAreFound() async throws {
    let (person, path) = try owner()
    let all = await person.types("show file \(ha)")
    #expect(all.result.contains("Config | \(path)\n") && all.result.contains(" State | "))
    let contents = await person.types("show file --config --contents \(ha)")
    #expect(contents.result == (try String(contentsOfFile: path, encoding: .utf8)))
    let none = await person.types("show file --pid --contents \(ha)")
    #expect(none.status == .badState)
    #expect(await person.types("show file --contents \(ha)").status == .badArguments)
  }
}
