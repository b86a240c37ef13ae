import TestSupport
import Testing

/// The checker of what clients were told: it must find what it is there to find.
struct HistoryTests {
  private func history(_ acknowledgements: [Acknowledgement], until end: Int64 = 100) -> History {
    History(
      acknowledgements: acknowledgements, began: Moment(nanoseconds: 0),
      ended: Moment(nanoseconds: end))
  }

  private func told(
    _ id: Int64, at moment: Int64, by server: String = "a", timeline: Int = 1
  ) -> Acknowledgement {
    Acknowledgement(
      id: id, sent: moment - 1, acknowledged: moment, server: server, timeline: timeline)
  }

  @Test func aHistoryThatAgreesWithTheRowsHasNoProblem() {
    let history = history([told(1, at: 10), told(2, at: 20)])
    #expect(history.problems(withRows: [1, 2, 3]).isEmpty)
  }

  @Test func anAcknowledgedRowThatIsGoneIsFound() {
    let problems = history([told(1, at: 10), told(2, at: 20)]).problems(withRows: [1])
    #expect(problems.count == 1)
    #expect(problems.first?.contains("1 acknowledged rows are gone, the first is 2") == true)
  }

  @Test func aRowThatIsThereTwiceIsFound() {
    let problems = history([told(1, at: 10)]).problems(withRows: [1, 1])
    #expect(problems == ["1 rows are there more than once, the first is 1"])
  }

  @Test func aHistoryWithoutAnyWriteIsAProblem() {
    #expect(history([]).problems(withRows: []) == ["no write was acknowledged at all"])
  }

  @Test func oneServerAfterTheOtherIsNoOverlap() {
    let history = history([
      told(1, at: 10), told(2, at: 20, by: "b", timeline: 2), told(3, at: 30, timeline: 3),
    ])
    #expect(history.overlaps.isEmpty)
    #expect(history.reigns.map(\.server) == ["a", "b", "a"])
  }

  @Test func aServerThatStillAcknowledgesAfterAnotherHasBegunToIsFound() {
    let history = history([
      told(1, at: 10), told(2, at: 20, by: "b", timeline: 2), told(3, at: 30),
    ])
    #expect(history.overlaps.count == 1)
  }

  @Test func theLongestGapIsTheOneBetweenNeighbours() {
    let history = history([told(1, at: 10), told(3, at: 70), told(2, at: 30)])
    #expect(history.longestGap.duration == .nanoseconds(40))
    #expect(history.longestGap.offset == .nanoseconds(30))
  }

  @Test func writesThatNeverCameBackCountUpToTheEnd() {
    #expect(history([told(1, at: 10)]).longestGap.duration == .nanoseconds(90))
  }

  @Test func statesArePassedThroughInOrderWithOrWithoutOthersBetween() {
    let states = ["primary", "draining", "demoted", "catchingup", "secondary"]
    #expect(states.passesThrough(["demoted", "secondary"]))
    #expect(!states.passesThrough(["secondary", "demoted"]))
    #expect(!states.passesThrough(["demoted", "single"]))
  }
}
