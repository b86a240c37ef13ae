import Failover
import Testing

struct NodeStateTests {
  @Test func theMonitorsNamesAreKept() {
    #expect(
      NodeState.allCases.map(\.rawValue).sorted() == [
        "apply_settings", "catchingup", "demote_timeout", "demoted", "draining", "dropped",
        "fast_forward", "init", "join_primary", "join_secondary", "maintenance",
        "prepare_maintenance", "prepare_promotion", "primary", "report_lsn", "secondary", "single",
        "stop_replication", "unknown", "wait_maintenance", "wait_primary", "wait_standby",
      ])
  }

  @Test(arguments: NodeState.allCases)
  func whoTakesWritesIsAPrimaryAndNobodyElse(state: NodeState) {
    #expect(state.takesWrites == (state.server == .primary))
  }

  @Test func aSlotIsNamedAfterItsNode() {
    let member = GroupMember(id: 7, name: "node_7", host: "10.0.0.7", port: 5432)
    #expect(member.slotName == "pgautofailover_standby_7")
  }

  @Test(arguments: [
    ([], ""), (["async"], "async"), (["async", "potential"], "potential"),
    (["potential", "sync", "async"], "sync"), (["sync", "quorum"], "quorum"), (["other"], ""),
  ])
  func theBestSyncStateIsTold(states: [String], best: String) {
    let seen = Observation(
      process: .running,
      standbys: states.map {
        ConnectedStandby(
          name: "a", state: "streaming", syncState: $0, flushed: .unknown, lastReply: "")
      })
    #expect(seen.syncState == best)
  }
}
