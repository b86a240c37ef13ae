import Failover
import Testing

/// Each promise of the fence: kept, broken, and on its edge.
struct FencingTests {
  static let isolated: [NodeState] = [.primary, .applySettings, .joinPrimary]

  private func standby(_ name: String = "a", reply: String) -> ConnectedStandby {
    ConnectedStandby(
      name: name, state: "streaming", syncState: "quorum", flushed: .unknown, lastReply: reply)
  }

  private func fence(at now: Duration = .seconds(100)) -> Fencing {
    Fencing(timeout: .seconds(10), now: now)
  }

  @Test(arguments: isolated)
  func whoNeverWasHeardIsSilentFromTheStartOn(state: NodeState) {
    let fencing = fence()
    #expect(!fencing.mustStop(state, now: .seconds(110)))
    #expect(fencing.mustStop(state, now: .seconds(110.1)))
  }

  @Test func theMonitorAloneKeepsAPrimaryGoing() {
    var fencing = fence()
    fencing.heardMonitor(at: .seconds(105))
    #expect(!fencing.mustStop(.primary, now: .seconds(115)))
    #expect(fencing.mustStop(.primary, now: .seconds(115.1)))
  }

  @Test func aStandbyAloneKeepsAPrimaryGoing() {
    var fencing = fence()
    fencing.look(at: [standby(reply: "1")], now: .seconds(101))
    fencing.look(at: [standby(reply: "2")], now: .seconds(108))
    #expect(fencing.silence(now: .seconds(109)) == .seconds(1))
    #expect(!fencing.mustStop(.primary, now: .seconds(118)))
    #expect(fencing.mustStop(.primary, now: .seconds(118.1)))
  }

  @Test func aConnectionWithAnUnchangedReplyIsNoContact() {
    var fencing = fence()
    for second in 1...20 {
      fencing.look(at: [standby(reply: "1")], now: .seconds(100 + second))
    }
    #expect(fencing.mustStop(.primary, now: .seconds(120)))
  }

  @Test func aConnectionThatGoesAwayIsNoContact() {
    var fencing = fence()
    fencing.look(at: [standby(reply: "1"), standby("b", reply: "7")], now: .seconds(101))
    fencing.look(at: [standby("b", reply: "7")], now: .seconds(105))
    fencing.look(at: [], now: .seconds(106))
    #expect(fencing.silence(now: .seconds(111)) == .seconds(11))
  }

  @Test func twoDeadConnectionsOfOneStandbyAreNoContactInAnyOrder() {
    var fencing = fence()
    let old = standby(reply: "1")
    let new = standby(reply: "2")
    fencing.look(at: [old, new], now: .seconds(101))
    fencing.look(at: [new, old], now: .seconds(102))
    fencing.look(at: [old], now: .seconds(103))
    #expect(fencing.silence(now: .seconds(111)) == .seconds(11))
  }

  @Test func theClockGoesOnlyForward() {
    var fencing = fence()
    fencing.heardMonitor(at: .seconds(108))
    fencing.heardMonitor(at: .seconds(103))
    #expect(fencing.silence(now: .seconds(110)) == .seconds(2))
    fencing.look(at: [standby(reply: "1")], now: .seconds(109))
    fencing.look(at: [standby(reply: "2")], now: .seconds(109.5))
    fencing.look(at: [standby(reply: "3")], now: .seconds(101))
    #expect(fencing.silence(now: .seconds(110)) == .seconds(0.5))
  }

  @Test(arguments: NodeState.allCases)
  func onlyAPrimaryThatNeedsItsStandbysMustStop(state: NodeState) {
    let mustStop = fence().mustStop(state, now: .seconds(100_000))
    #expect(mustStop == Self.isolated.contains(state))
  }

  @Test func theFirstSightOfAStandbyIsNoContact() {
    var fencing = fence()
    fencing.look(at: [standby(reply: "1")], now: .seconds(109))
    #expect(fencing.silence(now: .seconds(111)) == .seconds(11))
  }
}
