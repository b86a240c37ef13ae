import Failover
import MonitorClient
import Testing

@testable import Autoctl

/// Settings of formations and nodes: read, changed, refused.
@Suite struct SettingTests {
  private let uri = "--monitor postgres://autoctl_node@monitor/pg_auto_failover"

  /// The group while its primary applies something, and when it has.
  private let applying: [[StateRow]] = {
    var changing = Nodes.three
    changing[0].goal = .applySettings
    var applied = changing
    applied[0].reported = .applySettings
    return [Nodes.three, changing, applied, Nodes.three]
  }()

  @Test func aSettingIsReadBareAndWithItsName() async throws {
    var nodes = Nodes.three
    nodes[1].candidatePriority = 90
    nodes[2].replicationQuorum = false
    let person = try Person(monitor: .init(states: [nodes], numberSyncStandbys: 1))
    for (line, text, json) in [
      (
        "get node candidate-priority --name b", "90\n",
        "{\n  \"name\": \"b\",\n  \"candidate-priority\": 90\n}\n"
      ),
      (
        "get node replication-quorum --name c", "false\n",
        "{\n  \"name\": \"c\",\n  \"replication-quorum\": false\n}\n"
      ),
      ("get formation number-sync-standbys", "1\n", "{\n  \"number-sync-standbys\": 1\n}\n"),
    ] {
      #expect(await person.types("\(line) \(uri)").result == text)
      #expect(await person.types("\(line) --json \(uri)").result == json)
    }
  }

  @Test(arguments: [
    ("set node candidate-priority 0 --name b", "candidate-priority b 0", "0\n"),
    ("set node replication-quorum false --name c", "replication-quorum c false", "false\n"),
  ])
  func aChangeOfANodeEndsWhenThePrimaryHasAppliedIt(
    line: String, request: String, result: String
  ) async throws {
    let person = try Person(monitor: .init(states: [Nodes.three, Nodes.three] + applying))
    let outcome = await person.types("\(line) \(uri)")
    #expect(outcome.status == .success, "\(outcome.log)")
    #expect(outcome.result == result)
    #expect(person.requests == [request])
  }

  @Test func aChangeOfAFormationTellsTheNamesThatAreInForce() async throws {
    let person = try Person(
      monitor: .init(
        states: [Nodes.three] + applying, standbyNames: "ANY 1 (pgautofailover_standby_2)"))
    let outcome = await person.types("set formation number-sync-standbys 1 --json \(uri)")
    #expect(outcome.status == .success, "\(outcome.log)")
    #expect(
      outcome.result == """
        {
          "number-sync-standbys": 1,
          "synchronous_standby_names": "ANY 1 (pgautofailover_standby_2)"
        }

        """)
    #expect(person.requests == ["number-sync-standbys default 1"])
  }

  /// Whether it was under way before, or began between the look and the request.
  @Test(arguments: [false, true])
  func anEarlierChangeIsWaitedFor(isLate: Bool) async throws {
    let refusal = MonitorError(
      code: .refused(sqlState: "55000"), message: "the primary is applying an earlier change")
    let before = [Nodes.three, Nodes.three]
    let person = try Person(
      monitor: .init(
        states: before + (isLate ? [Nodes.three] : []) + applying.dropFirst(),
        firstRefusal: isLate ? refusal : nil))
    let outcome = await person.types("set node candidate-priority 7 --name b \(uri)")
    #expect(outcome.status == .success, "\(outcome.log)")
    #expect(person.requests.count == (isLate ? 2 : 1))
  }

  /// Standbys of a primary that went on alone have just come back.
  @Test func aPrimaryOnItsWayToAnotherStateIsWaitedFor() async throws {
    var joining = Nodes.three
    joining[0].reported = .waitPrimary
    let person = try Person(
      monitor: .init(
        states: [joining, joining, joining, joining, joining] + applying,
        firstRefusal: MonitorError(
          code: .refused(sqlState: "55000"), message: "a is in state wait_primary->primary",
          hint: "Try again in a moment.")))
    let outcome = await person.types("set formation number-sync-standbys 1 \(uri)")
    #expect(outcome.status == .success, "\(outcome.log)")
    #expect(person.requests.count == 2)
  }

  @Test func aPrimaryThatNeverEndsAnEarlierChangeIsTold() async throws {
    let refusal = MonitorError(
      code: .refused(sqlState: "55000"), message: "the primary is applying an earlier change",
      hint: "Try again in a moment")
    let person = try Person(
      monitor: .init(states: [Nodes.three, Nodes.three, applying[1]], refusal: refusal))
    let outcome = await person.types("set node candidate-priority 7 --name b \(uri)")
    #expect(outcome.status == .monitor)
    #expect(outcome.messages.contains("HINT Try again in a moment."))
    #expect(person.requests.count == 1)
  }

  @Test func aPrimaryThatDoesNotApplyInTimeIsTold() async throws {
    let person = try Person(
      monitor: .init(states: [Nodes.three, Nodes.three, Nodes.three, applying[1]]))
    let outcome = await person.types("set node candidate-priority 1 --name b \(uri)")
    #expect(outcome.status == .monitor)
    #expect(
      outcome.messages.contains("ERROR The primary did not apply the setting within 60 seconds."))
  }

  @Test func aRefusalIsShownWithItsReasonAndHint() async throws {
    let person = try Person(
      monitor: .init(
        states: [Nodes.pair],
        refusal: MonitorError(
          code: .refused(sqlState: "22023"), message: "2 standbys cannot confirm: there is 1",
          hint: "Add a standby first")))
    let outcome = await person.types("set formation number-sync-standbys 2 \(uri)")
    #expect(outcome.status == .monitor)
    #expect(
      outcome.messages == [
        "ERROR 2 standbys cannot confirm: there is 1.", "HINT Add a standby first.",
      ])
  }

  @Test(arguments: [
    ("set node candidate-priority 101 --name b", "write a number from 0 to 100"),
    ("set node candidate-priority high --name b", "'high'"),
    ("set node replication-quorum perhaps --name b", "'perhaps'"),
    ("set formation number-sync-standbys --formation default", "Missing expected argument"),
    ("get node candidate-priority", "Nobody said which node is meant"),
  ])
  func whatCannotBeIsSaidAtOnce(line: String, complaint: String) async throws {
    let person = try Person(monitor: .init(states: [Nodes.three]))
    let outcome = await person.types("\(line) \(uri)")
    #expect(outcome.status == .badArguments)
    #expect(outcome.log.contains(complaint), "\(outcome.log)")
    #expect(person.requests.isEmpty)
  }

  @Test(arguments: [
    "get formation number-sync-standbys", "set formation number-sync-standbys 1", "show settings",
    "drop formation",
  ])
  func aFormationThatNobodyCreatedIsNamed(line: String) async throws {
    let person = try Person()
    let outcome = await person.types("\(line) --formation nowhere \(uri)")
    #expect(outcome.status == .monitor)
    #expect(
      outcome.messages == [
        "ERROR There is no formation \"nowhere\".", "HINT The formations are: default.",
      ])
  }

  @Test(arguments: ["show settings", "get formation settings"])
  func allSettingsAreATableAndListsByContext(line: String) async throws {
    let person = try Person(
      monitor: .init(settings: [
        SettingRow(
          context: "formation", name: "default", setting: "number_sync_standbys", value: "1"),
        SettingRow(
          context: "primary", groupID: 0, nodeID: 1, name: "a",
          setting: "synchronous_standby_names", value: "'ANY 1 (pgautofailover_standby_2)'"),
        SettingRow(
          context: "node", groupID: 0, nodeID: 1, name: "a", setting: "candidate priority",
          value: "50"),
      ]))
    #expect(
      await person.types("\(line) \(uri)").result == """
          Context |    Name |                   Setting | Value
        ----------+---------+---------------------------+-----------------------------------
        formation | default |      number_sync_standbys | 1
          primary |       a | synchronous_standby_names | 'ANY 1 (pgautofailover_standby_2)'
             node |       a |        candidate priority | 50

        """)
    let json = await person.types("\(line) --json \(uri)").result
    #expect(json.hasPrefix("{\n  \"formation\": [\n    {\n      \"context\": \"formation\","))
    #expect(json.contains("\"nodes\": ["))
    #expect(json.contains("\"group_id\": null"))
    #expect(json.contains("\"node_id\": \"1\""))
  }
}
