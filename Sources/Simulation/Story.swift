/// What happened on a day, line by line.
final class Story: @unchecked Sendable {
  /// Is anybody listening? Otherwise no line is made.
  let isTold: Bool
  private(set) var lines: [String] = []

  init(isTold: Bool) { self.isTold = isTold }

  func tell(_ moment: Duration, _ who: String, _ what: @autoclosure () -> String) {
    guard isTold else { return }
    let seconds = moment.wholeMicroseconds
    let time = "\(seconds / 1_000_000).\(Self.padded(seconds / 1000 % 1000))"
    lines.append(
      String(repeating: " ", count: max(0, 8 - time.count)) + time + "  "
        + who.padded(to: 8) + what())
  }

  private static func padded(_ milliseconds: Int) -> String {
    String(String(1000 + milliseconds).dropFirst())
  }
}

extension String {
  func padded(to length: Int) -> String {
    self + String(repeating: " ", count: max(0, length - count))
  }
}
