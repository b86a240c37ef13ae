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
    case ...7: fault = .keeperCrash(host)
    case ...12: fault = .keeperStops(host)
    case ...21: fault = .serverCrash(host)
    case ...29: fault = .serverHangs(host)
    case ...40: fault = .powerLoss(host)
    case ...46: fault = .hostSuspended(host)
    case ...52: fault = .slowDisk(host, dice.duration(.milliseconds(20)...(.seconds(4))))
    case ...64:
      let (one, other) = line(host)
      fault = dice.oneIn(2) ? .cut(from: one, to: other) : .cut(from: other, to: one)
    case ...73:
      let (one, other) = line(host)
      fault = .cutBoth(one, other)
    case ...88: fault = .isolated(dice.oneIn(6) ? .monitor : .host(host))
    case ...92: fault = .monitorCrash
    case ...95: fault = .monitorSuspended
    case ...98: fault = .lateReports
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
