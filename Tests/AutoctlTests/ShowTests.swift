import Failover
import Foundation
import MonitorClient
import Testing

@testable import Autoctl

/// What people and programs read.
@Suite struct ShowTests {
  private let uri = "--monitor postgres://autoctl_node@monitor/pg_auto_failover"

  @Test func stateIsATableAsWideAsItsNodes() async throws {
    let person = try Person(monitor: .init(states: [Nodes.pair]))
    let outcome = await person.types("show state \(uri)")
    #expect(outcome.status == .success)
    #expect(
      outcome.result == """
             Name | Port | Group | Node |     Host:Port |     TLI: LSN | Connection | Health | Current State | Assigned State
        ----------+------+-------+------+---------------+--------------+------------+--------+---------------+---------------
        ha-demo-a | 5432 |     0 |    1 | 10.0.0.1:5432 | 1: 0/3000148 | read-write |   good |       primary |        primary
        ha-demo-b | 5432 |     0 |    2 | 10.0.0.2:5432 | 1: 0/3000148 |  read-only |   good |     secondary |      secondary

        """)
    #expect(outcome.log.isEmpty)
  }

  @Test func aGroupOfSevenStaysATable() async throws {
    let events = Nodes.seven.map {
      Nodes.event($0.nodeID, $0.name, $0.reported, $0.goal, rule: 322, because: "it is lost")
    }
    let person = try Person(monitor: .init(states: [Nodes.seven], events: events))
    for line in ["show state", "show events"] {
      let lines = await person.types("\(line) \(uri)").result.split(separator: "\n")
      #expect(lines.count == 9, "\(line)")
      let bars = lines.dropFirst(2).map { line in
        line.indices.filter { line[$0] == "|" }.map { line.distance(from: line.startIndex, to: $0) }
      }
      #expect(Set(bars).count == 1, "\(line)")
      #expect(lines.allSatisfy { $0.count <= 140 }, "\(line)")
    }
  }

  @Test(arguments: [60, 80, 100])
  func inATerminalTheTableIsNoWiderThanIt(width: Int) async throws {
    let sentence =
      "node 7 \"seven\" (10.0.0.7:5432): the primary is lost, and it has all that counts"
    let events = Nodes.seven.map {
      Nodes.event($0.nodeID, $0.name, $0.reported, $0.goal, rule: 322, because: sentence)
    }
    let person = try Person(monitor: .init(states: [Nodes.seven], events: events))
    for line in ["show state", "show events"] {
      let outcome = await person.types("\(line) \(uri)", width: width)
      let lines = outcome.result.split(separator: "\n")
      #expect(lines.allSatisfy { $0.count <= width }, "\(outcome.result)")
      #expect(!lines[0].contains("| Port |"))
    }
    let state = await person.types("show state \(uri)", width: width).result
    #expect(state.split(separator: "\n").count == 9)
    #expect(state.contains(" Current State |    Assigned State\n"))
    // Each sentence is there whole, on as many lines as it needs.
    let words = await person.types("show events \(uri)", width: width).result
      .split { " |\n".contains($0) }.joined(separator: " ")
    #expect(words.components(separatedBy: "and it has").count == 8)
    #expect(words.contains("(10.0.0.7:5432)"))
  }

  @Test func aServerThatDoesNotAnswerIsMarked() async throws {
    let person = try Person(
      monitor: .init(states: [
        [
          Nodes.node(1, "a", .primary, .demoted, health: .bad),
          Nodes.node(2, "b", .initial, .waitStandby, health: .unknown),
        ]
      ]))
    let lines = await person.types("show state \(uri)").result.split(separator: "\n")
    #expect(lines[2].contains("| read-write ! |     bad |"))
    #expect(lines[3].contains("|       none ? | unknown |"))
  }

  @Test func stateIsAnArrayForPrograms() async throws {
    let person = try Person(monitor: .init(states: [[Nodes.pair[0]]]))
    for line in ["--json show state \(uri)", "show state --json \(uri)"] {
      let outcome = await person.types(line)
      #expect(
        outcome.result == """
          [
            {
              "health": 1,
              "node_id": 1,
              "group_id": 0,
              "nodehost": "10.0.0.1",
              "nodename": "ha-demo-a",
              "nodeport": 5432,
              "nodecluster": "default",
              "reported_lsn": "0/3000148",
              "reported_tli": 1,
              "formation_kind": "pgsql",
              "candidate_priority": 50,
              "replication_quorum": true,
              "current_group_state": "primary",
              "assigned_group_state": "primary",
              "problem": null
            }
          ]

          """)
    }
  }

  @Test func eventsTellWhoWhatAndWhy() async throws {
    let person = try Person(
      monitor: .init(events: [
        Nodes.event(1, "a", .primary, .primary, rule: nil, because: "reports state primary"),
        Nodes.event(2, "a", .primary, .draining, rule: 321, because: "the primary is lost"),
      ]))
    let outcome = await person.types("show events \(uri)")
    #expect(
      outcome.result == """
                    Event Time | Node | Current State | Assigned State | Rule | Comment
        -----------------------+------+---------------+----------------+------+----------------------
        2030-01-01 12:00:01+00 |    a |       primary |        primary |      | reports state primary
        2030-01-01 12:00:02+00 |    a |       primary |       draining |  321 | the primary is lost

        """)
    let last = await person.types("show events --count 1 --json \(uri)").result
    let events = try #require(
      JSONSerialization.jsonObject(with: Data(last.utf8)) as? [[String: Any]])
    #expect(events.count == 1)
    #expect(events[0]["eventid"] as? Int == 2)
    #expect(events[0]["rule_pos"] as? Int == 321)
    #expect(events[0]["goalstate"] as? String == "draining")
  }

  @Test func theURIOfAFormationStandsAlone() async throws {
    let person = try Person(
      monitor: .init(uris: ["default": "postgres://a:1,b:2/app?target_session_attrs=read-write"]))
    let one = await person.types("show uri --formation default \(uri)")
    #expect(one.result == "postgres://a:1,b:2/app?target_session_attrs=read-write\n")
    let all = await person.types("show uri \(uri)")
    #expect(
      all.result == """
             Type |    Name | Connection String
        ----------+---------+-------------------------------------------------------
          monitor | monitor | postgres://autoctl_node@monitor/pg_auto_failover
        formation | default | postgres://a:1,b:2/app?target_session_attrs=read-write

        """)
  }

  @Test(arguments: ["show uri --formation monitor", "show uri --monitor"])
  func theMonitorTellsItsOwnURI(line: String) async throws {
    let person = try Person()
    try person.writes(
      """
      [pg_autoctl]
      role = "monitor"
      hostname = "ha-demo-monitor"
      [postgresql]
      pgdata = "\(person.home)/monitor"
      pg_ctl = "/pg_ctl"
      socket_directory = "/tmp"
      """, to: ".config/pg_autoctl\(person.home)/monitor/pg_autoctl.toml")
    let outcome = await person.types(line, environment: ["PGDATA": "monitor"])
    #expect(
      outcome.result
        == "postgres://autoctl_node@ha-demo-monitor:5432/pg_auto_failover?sslmode=prefer\n")
  }

  @Test func standbyNamesAreQuoted() async throws {
    let person = try Person(monitor: .init(standbyNames: "ANY 1 (pgautofailover_standby_2)"))
    let outcome = await person.types("show standby-names \(uri)")
    #expect(outcome.result == "'ANY 1 (pgautofailover_standby_2)'\n")
  }

  @Test func theVersionHasFourLines() async throws {
    let outcome = await (try Person()).types("version")
    #expect(outcome.result.split(separator: "\n").count == 4)
    #expect(outcome.result.hasPrefix("pg_autoctl version 1.1\n"))
  }

  @Test func theUnitNamesDirectoryProgramAndOwner() {
    let unit = SystemdUnit(
      pgdata: "/srv/my data/100%", program: "/opt/pg autoctl/$1", user: "postgres",
      environment: ["HOME": "/var/lib/postgresql"])
    let lines = unit.text.split(separator: "\n")
    #expect(lines.contains("User=postgres"))
    #expect(lines.contains("Environment=\"PGDATA=/srv/my data/100%%\""))
    #expect(lines.contains("Environment=\"HOME=/var/lib/postgresql\""))
    #expect(lines.contains("ExecStart=\"/opt/pg autoctl/$$1\" run"))
    #expect(lines.contains("KillMode=process"))
    #expect(lines.contains("Restart=always"))
    #expect(lines.contains("Type=notify") && lines.contains("WatchdogSec=60"))
    #expect(lines.contains("ProtectSystem=yes"))
  }
}
