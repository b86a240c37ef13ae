import Failover
import Foundation
import Keeper
import MonitorClient
import Testing

@testable import Autoctl
@testable import Configuration

/// `enable monitor` and `disable monitor`: what is refused, and what the monitors are asked. That servers
/// go on meanwhile is seen end to end.
@Suite struct MonitorChangeTests {
  private let new = "postgres://autoctl_node@new/pg_auto_failover"
  private let ha = "--pgdata ha"

  /// A person with a node of this id, and a monitor that knows the states.
  private func owner(
    of nodeID: Int64, _ state: NodeState, monitor: String = KeeperConfiguration.disabledMonitor,
    keeps snapshot: String? = "{}", script: FakeMonitor.Script
  ) async throws -> (person: Person, file: String) {
    let person = try Person(monitor: script)
    var configuration = KeeperConfiguration()
    configuration.monitor = monitor
    configuration.hostname = "10.0.0.\(nodeID)"
    configuration.name = "node"
    configuration.server.pgdata = person.home + "/ha"
    configuration.server.pgCtl = person.home + "/bin/pg_ctl"
    configuration.server.socketDirectory = person.home + "/run"
    try person.installsPrograms(version: "15.4")
    try person.writes("15\n", to: "ha/PG_VERSION")
    let file = "\(person.home)/.config/pg_autoctl\(person.home)/ha/pg_autoctl.toml"
    try DurableFile.write(ConfigurationFile.render(configuration), to: file)
    let data = "\(person.home)/.local/share/pg_autoctl\(person.home)/ha"
    var remembered = KeeperState(formation: "default", nodeID: nodeID, groupID: 0, goal: state)
    remembered.current = state
    try await StateFile(path: data + "/pg_autoctl.state").save(remembered)
    if let snapshot { try DurableFile.write(snapshot, to: data + "/pg_autoctl.group") }
    return (person, file)
  }

  private func monitor(in file: String) throws -> String {
    try ConfigurationFile.read(KeeperConfiguration.self, at: file).monitor
  }

  @Test func aNodeThatTheMonitorKnowsJustTakesIt() async throws {
    let (person, file) = try await owner(of: 2, .secondary, script: .init(states: [Nodes.three]))
    let answer = await person.types("enable monitor \(new) \(ha)")
    #expect(answer.status == .success, "\(answer.log)")
    #expect(try monitor(in: file) == new)
    #expect(person.requests.isEmpty)
  }

  @Test func aStandbyCannotBringItsGroupAlong() async throws {
    let (person, file) = try await owner(of: 2, .secondary, script: .init(states: [[]]))
    let answer = await person.types("enable monitor \(new) --force \(ha)")
    #expect(answer.status == .badState)
    #expect(answer.log.contains("is secondary and no primary"))
    #expect(answer.messages.last?.contains("If the primary is lost for good") == true)
    #expect(try monitor(in: file) == KeeperConfiguration.disabledMonitor)
    #expect(person.requests.isEmpty)
  }

  @Test func aPrimaryWhoseServerDoesNotRunNeedsAWord() async throws {
    let (person, file) = try await owner(of: 1, .primary, script: .init(states: [[]]))
    let refused = await person.types("enable monitor \(new) \(ha)")
    #expect(refused.status == .badState)
    #expect(refused.log.contains("This primary's server does not take writes now."))
    #expect(person.requests.isEmpty)
    let answer = await person.types("enable monitor \(new) --force \(ha)")
    #expect(answer.status == .success, "\(answer.log)")
    #expect(person.requests == ["restore {} by node 1, primary, ''"])
    #expect(try monitor(in: file) == new)
  }

  @Test func withoutWhatTheLostMonitorKnewThereIsAnotherWay() async throws {
    let (person, _) = try await owner(of: 1, .primary, keeps: nil, script: .init(states: [[]]))
    let answer = await person.types("enable monitor \(new) --force \(ha)")
    #expect(answer.status == .badState)
    #expect(
      answer.messages.last?.hasPrefix("HINT Drop the node from here with pg_autoctl drop node")
        == true)
  }

  @Test func anotherNodeWithTheSameIdIsNotThisOne() async throws {
    var other = Nodes.three
    other[1].host = "elsewhere"
    let (person, _) = try await owner(of: 2, .secondary, script: .init(states: [other]))
    let answer = await person.types("enable monitor \(new) \(ha)")
    #expect(answer.status == .monitor)
    #expect(answer.log.contains("For that monitor node 2 is b at elsewhere:5432."))
  }

  @Test func whoTakesWritesDoesNotFollowWithoutAWord() async throws {
    let (person, file) = try await owner(of: 2, .primary, script: .init(states: [Nodes.three]))
    let refused = await person.types("enable monitor \(new) \(ha)")
    #expect(refused.status == .badState)
    #expect(refused.log.contains("another one is the primary"))
    #expect(await person.types("enable monitor \(new) --force \(ha)").status == .success)
    #expect(try monitor(in: file) == new)
  }

  @Test func aMonitorThatAnswersIsNotLost() async throws {
    let old = "postgres://autoctl_node@old/pg_auto_failover"
    let (person, file) = try await owner(
      of: 2, .secondary, monitor: old, script: .init(states: [Nodes.three]))
    for line in ["enable monitor \(new)", "disable monitor --force"] {
      let answer = await person.types("\(line) \(ha)")
      #expect(answer.status == .badState)
      #expect(answer.log.contains("still answers, and would go on deciding for the group"))
    }
    #expect(try monitor(in: file) == old)
  }

  @Test func aStandbyLeavesItsGroupAndGoesOn() async throws {
    let (person, file) = try await owner(
      of: 2, .secondary, monitor: new, script: .init(states: [Nodes.three]))
    let answer = await person.types("disable monitor \(ha)")
    #expect(answer.status == .success, "\(answer.log)")
    #expect(person.requests == ["remove 2 by force"])
    #expect(try monitor(in: file) == KeeperConfiguration.disabledMonitor)
    #expect(
      await person.types("disable monitor \(ha)").messages == [
        "INFO The monitor is disabled already"
      ])
    let state = await person.types("show state \(ha)")
    #expect(state.status == .badState)
    #expect(state.log.contains("The monitor is disabled for this node."))
  }

  @Test func aNodeWithoutMonitorIsDroppedByForceOnly() async throws {
    let (person, _) = try await owner(of: 2, .secondary, script: .init(states: [Nodes.three]))
    #expect(await person.types("drop node \(ha)").status == .badState)
    let answer = await person.types("drop node --force \(ha)")
    #expect(answer.status == .success, "\(answer.log)")
    #expect(person.requests.isEmpty)
    let data = "\(person.home)/.local/share/pg_autoctl\(person.home)/ha"
    #expect(try StateFile(path: data + "/pg_autoctl.state").load().current == .dropped)
  }

  @Test func aPrimaryWithStandbysStays() async throws {
    let (person, file) = try await owner(
      of: 1, .primary, monitor: new, script: .init(states: [Nodes.three]))
    let answer = await person.types("disable monitor \(ha)")
    #expect(answer.status == .badState)
    #expect(
      answer.messages.last?.hasPrefix("HINT Use pg_autoctl perform switchover first") == true)
    #expect(person.requests.isEmpty)
    #expect(try monitor(in: file) == new)
  }
}
