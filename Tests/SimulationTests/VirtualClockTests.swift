import Testing

@testable import Simulation

@Suite struct VirtualClockTests {
  @Test func appointmentsAreKeptInOrderOfTimeAndThenOfMaking() {
    let clock = VirtualClock()
    var kept: [Int] = []
    for (number, delay) in [30, 10, 20, 10].enumerated() {
      clock.after(.milliseconds(delay)) { kept.append(number) }
    }
    while clock.keepNext(before: .seconds(1)) {}
    #expect(kept == [1, 3, 2, 0])
    #expect(clock.now == .seconds(1))
  }

  @Test func whatIsCalledOffDoesNotHappen() {
    let clock = VirtualClock()
    let appointment = clock.after(.seconds(1)) { Issue.record("It happened.") }
    appointment.callOff()
    #expect(!clock.keepNext(before: .seconds(2)))
  }

  @Test func aLineThatIsCutHoldsUpWhatIsSent() {
    let clock = VirtualClock()
    let network = Network(clock: clock, dice: Dice(seed: 1))
    var arrived = false
    network.cut(from: .host(0), to: .monitor)
    network.send(from: .host(0), to: .monitor) { arrived = true }
    while clock.keepNext(before: .seconds(5)) {}
    #expect(!arrived)
    #expect(network.isOpen(from: .monitor, to: .host(0)))
  }
}
