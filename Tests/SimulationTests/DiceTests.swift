import Testing

@testable import Simulation

@Suite struct DiceTests {
  @Test func theSameSeedThrowsTheSameDice() {
    var (one, other) = (Dice(seed: 7), Dice(seed: 7))
    #expect((1...100).allSatisfy { _ in one.next() == other.next() })
  }

  @Test func neighbouringSeedsThrowDifferentDice() {
    var (one, other) = (Dice(seed: 7), Dice(seed: 8))
    #expect((1...10).contains { _ in one.next() != other.next() })
  }

  @Test func throwsStayWithinTheirRange() {
    var dice = Dice(seed: 1)
    for _ in 1...1000 { #expect((3...9).contains(dice.int(3...9))) }
  }
}
