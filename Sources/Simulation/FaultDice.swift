/// What goes wrong on a day, by the dice.
struct FaultDice {
  var dice: Dice
  let hosts: Int

  /// A fault and how long it lasts.
  mutating func next() -> (fault: Fault, length: Duration) {
    let host = dice.int(0...(hosts - 1))
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
      let (from, to) = line()
      fault = .cut(from: from, to: to)
    case ...77:
      let (one, other) = line()
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
    case ...7: dice.duration(.seconds(3)...(.seconds(12)))
    default: dice.duration(.seconds(12)...(.seconds(40)))
    }
  }

  private mutating func line() -> (Place, Place) {
    let places: [Place] = [.monitor] + (0..<hosts).map(Place.host)
    let from = dice.int(0...(places.count - 1))
    let to = (from + dice.int(1...(places.count - 1))) % places.count
    return (places[from], places[to])
  }
}
