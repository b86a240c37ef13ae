/// Something that goes wrong at a moment and, where it lasts, is over some time later.
enum Fault: CustomStringConvertible {
  case keeperCrash(Int)
  case keeperStops(Int)
  case serverCrash(Int)
  case serverHangs(Int)
  case powerLoss(Int)
  case hostSuspended(Int)
  case slowDisk(Int, Duration)
  case cut(from: Place, to: Place)
  case cutBoth(Place, Place)
  case isolated(Place)
  case monitorCrash
  case monitorSuspended
  case lateReports
  case busyMonitor(Int)

  var description: String {
    switch self {
    case .keeperCrash(let host): "the keeper of node\(host + 1) crashes"
    case .keeperStops(let host): "the keeper of node\(host + 1) is stopped by a signal"
    case .serverCrash(let host): "the server of node\(host + 1) crashes"
    case .serverHangs(let host): "the server of node\(host + 1) is stopped by a signal"
    case .powerLoss(let host): "the host of node\(host + 1) loses its power"
    case .hostSuspended(let host): "the host of node\(host + 1) is suspended"
    case .slowDisk(let host, let delay): "the disk of node\(host + 1) takes \(delay) longer"
    case .cut(let from, let to): "nothing comes from \(from) to \(to)"
    case .cutBoth(let one, let other): "\(one) and \(other) are cut off from each other"
    case .isolated(let place): "\(place) is cut off from everybody"
    case .monitorCrash: "the monitor crashes"
    case .monitorSuspended: "the monitor is suspended"
    case .lateReports: "reports are held up on their way"
    case .busyMonitor(let percent): "requests overlap, \(percent) of a hundred"
    }
  }
}

extension World {
  /// Lets a fault happen, and be over after a while.
  func inflict(_ fault: Fault, for length: Duration) {
    tell("fault", "\(fault), for \(length)")
    begin(fault, length)
    let over = clock.after(length) { [self] in
      tell("fault", "over: \(fault)")
      end(fault)
    }
    ends.append(over)
  }

  /// Something happens to a host while it does what it was just told.
  func ambush(_ host: Host) {
    guard ambushPercent > 0, dice.percent(ambushPercent) else { return }
    let delay = dice.duration(.zero...(.milliseconds(1500)))
    let fault: Fault =
      switch dice.int(1...6) {
      case 1: .keeperCrash(host.number)
      case 2: .keeperStops(host.number)
      case 3: .serverCrash(host.number)
      case 4: .powerLoss(host.number)
      case 5: .hostSuspended(host.number)
      default: .isolated(host.place)
      }
    let length = dice.duration(.seconds(1)...(.seconds(15)))
    clock.after(delay) { [self] in
      if ambushPercent > 0 { inflict(fault, for: length) }
    }
  }

  /// What is wrong now is mended otherwise.
  func forgetFaults() {
    for end in ends { end.callOff() }
    ends = []
    ambushPercent = 0
    network.mendAll()
  }

  private func begin(_ fault: Fault, _ length: Duration) {
    switch fault {
    case .keeperCrash(let host): hosts[host].killKeeper()
    case .keeperStops(let host): hosts[host].stopKeeper()
    case .serverCrash(let host): hosts[host].server.crash()
    case .serverHangs(let host): hosts[host].server.hang()
    case .powerLoss(let host): hosts[host].powerOff()
    case .hostSuspended(let host): if hosts[host].isUp { hosts[host].suspend() }
    case .slowDisk(let host, let delay): hosts[host].diskSlowness += delay
    case .cut(let from, let to): network.cut(from: from, to: to)
    case .cutBoth(let one, let other): cut(one, other)
    case .isolated(let place): for other in places where other != place { cut(place, other) }
    case .monitorCrash: monitor.crash()
    case .monitorSuspended: if monitor.isUp { monitor.suspend() }
    case .lateReports: lateUntil = max(lateUntil, clock.now + length)
    case .busyMonitor(let percent): monitor.overlapPercent = percent
    }
  }

  private func end(_ fault: Fault) {
    switch fault {
    case .keeperCrash(let host): hosts[host].startKeeper()
    case .keeperStops(let host): hosts[host].resumeKeeper()
    case .serverCrash, .lateReports: break
    case .serverHangs(let host): if !hosts[host].isSuspended { hosts[host].server.goOn() }
    case .powerLoss(let host): hosts[host].powerOn()
    case .hostSuspended(let host): hosts[host].resume()
    case .slowDisk(let host, let delay): hosts[host].diskSlowness -= delay
    case .cut(let from, let to): network.mend(from: from, to: to)
    case .cutBoth(let one, let other): mend(one, other)
    case .isolated(let place): for other in places where other != place { mend(place, other) }
    case .monitorCrash: monitor.start()
    case .monitorSuspended: monitor.resume()
    case .busyMonitor: monitor.overlapPercent = 0
    }
  }

  var places: [Place] { [.monitor] + hosts.map(\.place) }

  private func cut(_ one: Place, _ other: Place) {
    network.cut(from: one, to: other)
    network.cut(from: other, to: one)
  }

  private func mend(_ one: Place, _ other: Place) {
    network.mend(from: one, to: other)
    network.mend(from: other, to: one)
  }
}
