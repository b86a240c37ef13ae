/// Who is connected by the network.
enum Place: Hashable, CustomStringConvertible {
  case monitor
  case host(Int)

  var description: String {
    switch self {
    case .monitor: "monitor"
    case .host(let number): "node\(number + 1)"
    }
  }
}

/// The network: what is sent arrives a little later and in order, or, on a cut line, when the line is
/// mended, as TCP sends again. Whether anybody still wants it then is the receiver's affair.
final class Network: @unchecked Sendable {
  private struct Line: Hashable {
    var from: Place
    var to: Place
  }

  private let clock: VirtualClock
  private var dice: Dice
  private var cuts: [Line: Int] = [:]
  private var held: [Line: [() -> Void]] = [:]
  private var slowness: [Line: Duration] = [:]
  private var lastArrival: [Line: Duration] = [:]

  init(clock: VirtualClock, dice: Dice) {
    self.clock = clock
    self.dice = dice
  }

  /// Is this direction open?
  func isOpen(from: Place, to: Place) -> Bool {
    from == to || cuts[Line(from: from, to: to), default: 0] == 0
  }

  /// Are both directions open?
  func connects(_ one: Place, _ other: Place) -> Bool {
    isOpen(from: one, to: other) && isOpen(from: other, to: one)
  }

  func send(from: Place, to: Place, late: Duration = .zero, _ arrival: @escaping () -> Void) {
    let line = Line(from: from, to: to)
    guard isOpen(from: from, to: to) else {
      // What is older than any timeout nobody waits for.
      if held[line, default: []].count < 400 { held[line, default: []].append(arrival) }
      return
    }
    let latency =
      from == to
      ? .microseconds(50)
      : dice.duration(.microseconds(200)...(.milliseconds(3))) + (slowness[line] ?? .zero)
    let moment = max(clock.now + latency + late, late == .zero ? lastArrival[line] ?? .zero : .zero)
    if late == .zero { lastArrival[line] = moment }
    clock.after(moment - clock.now) { [self] in
      // It was on its way when the line was cut: it is sent again later.
      if isOpen(from: from, to: to) { arrival() } else { held[line, default: []].append(arrival) }
    }
  }

  /// Between these two everything takes longer, all day.
  func slow(_ one: Place, _ other: Place, by delay: Duration) {
    slowness[Line(from: one, to: other)] = delay
    slowness[Line(from: other, to: one)] = delay
  }

  /// Cuts one direction. A line may be cut for several reasons at once.
  func cut(from: Place, to: Place) { cuts[Line(from: from, to: to), default: 0] += 1 }

  /// Mends one direction, and what was held up arrives; some of it has been given up.
  func mend(from: Place, to: Place) {
    let line = Line(from: from, to: to)
    guard let count = cuts[line], count > 0 else { return }
    cuts[line] = count - 1
    guard count == 1 else { return }
    let late = held.removeValue(forKey: line) ?? []
    if dice.percent(40) { return }
    for arrival in late { send(from: from, to: to, arrival) }
  }

  /// Mends every line.
  func mendAll() {
    for (line, count) in cuts.sorted(by: { "\($0.key)" < "\($1.key)" }) {
      for _ in 0..<count { mend(from: line.from, to: line.to) }
    }
  }

  /// Nothing that was held up for or by this place arrives any more.
  func forget(_ place: Place) {
    held = held.filter { $0.key.from != place && $0.key.to != place }
  }
}
