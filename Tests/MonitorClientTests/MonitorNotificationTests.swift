import Failover
import MonitorClient
import Testing

@Suite struct MonitorNotificationTests {
  /// The form of the contract, letter by letter.
  static let payload = """
    {"type": "state", "formation": "default", "groupId": 0, "nodeId": 1, "name": "n\\"1", \
    "host": "localhost", "port": 17101, "reportedState": "secondary", "goalState": "report_lsn", \
    "health":"good"}
    """

  @Test func aChangeIsRead() {
    let change = NodeChange(
      formation: "default", groupID: 0, nodeID: 1, name: "n\"1", host: "localhost", port: 17101,
      reported: .secondary, goal: .reportLSN, health: .good)
    #expect(NodeChange(payload: Self.payload) == change)
    #expect(!change.isSettled)
    let notification = MonitorNotification(channel: "state", payload: Self.payload)
    #expect(notification == .state(change))
  }

  @Test func orderBlanksAndFurtherKeysDoNotMatter() {
    let payload = """
      { "health" : "bad", "new": [1], "goalState":"primary","reportedState":"state_of_tomorrow",
        "port":5, "host":"h", "name":"n", "nodeId":9, "groupId":2, "formation":"f", "type":"state" }
      """
    let change = NodeChange(payload: payload)
    #expect(change?.groupID == 2)
    #expect(change?.health == .bad)
    #expect(change?.reported == .unknown)
    #expect(change?.goal == .primary)
  }

  @Test(arguments: [
    "", "words", "{}", "[]", #"{"type": "log"}"#, payload.replacing("state\"", with: "x\""),
  ])
  func whatCannotBeReadIsStillShown(payload: String) {
    #expect(NodeChange(payload: payload) == nil)
    #expect(MonitorNotification(channel: "state", payload: payload) == .log(payload))
  }

  @Test func sentencesAndStrangersAreToldApart() {
    #expect(MonitorNotification(channel: "log", payload: "moved") == .log("moved"))
    #expect(MonitorNotification(channel: "other", payload: "moved") == nil)
  }
}
