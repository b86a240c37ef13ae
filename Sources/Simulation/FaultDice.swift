/// What goes wrong on a day, by the dice.
struct FaultDice {
  var dice: Dice
  let hosts: Int

  /// A fault and how long it lasts.
  /// It is often the primary's host that is hit.
  mutating func next(primary: Host?) -> (fault: Fault, length: Duration) {
    let anyHost = dice.int(0...(hosts - 1))
    let host = dice.percent(45) ? primary?.number ?? anyHost : anyHost
    let fault: Fault
    switch dice.int(1...100) {
    case ...8: fault = .keeperCrash(host)
    case ...14: fault = .keeperStops(host)
    case ...26: fault = .serverCrash(host)
    case ...34: fault = .serverHangs(host)
    case ...44: fault = .powerLoss(host)
    case ...50: fault = .hostSuspended(host)
    case ...55: fault = .slowDisk(host, dice.duration(.milliseconds(20)...(.seconds(4))))
    case ...67:
      let (one, other) = line(host)
      fault = dice.oneIn(2) ? .cut(from: one, to: other) : .cut(from: other, to: one)
    case ...77:
      let (one, other) = line(host)
      fault = .cutBoth(one, other)
    case ...85: fault = .isolated(dice.oneIn(6) ? .monitor : .host(host))
    case ...90: fault = .monitorCrash
    case ...93: fault = .monitorSuspended
    case ...96: fault = .lateReports
    default: fault = .busyMonitor(dice.pick([10, 30, 60]))
    }
    return (fault, length())
  }

  private mutating func length() -> Duration {
    switch dice.int(1...10) {
    case ...3: dice.duration(.milliseconds(100)...(.seconds(3)))
    case ...8: dice.duration(.seconds(3)...(.seconds(10)))
    default: dice.duration(.seconds(10)...(.seconds(30)))
    }
  }

  /// A line between this host and another place.
  private mutating func line(_ host: Int) -> (Place, Place) {
    let others = ([.monitor] + (0..<hosts).map(Place.host)).filter { $0 != .host(host) }
    return (.host(host), dice.pick(others))
  }
}
