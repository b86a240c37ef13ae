/// Simulates days, one after the other, on one monitor.
public final class Simulator {
  let laboratory: Laboratory
  private let options: DayOptions
  private var days = 0

  public init(laboratory: Laboratory, options: DayOptions = DayOptions()) {
    self.laboratory = laboratory
    self.options = options
  }

  /// The day of this seed. The same seed and options tell the same story, byte by byte.
  public func day(_ seed: UInt64, isTold: Bool = false) throws -> DayReport {
    try laboratory.clear()
    days += 1
    if days % 50 == 0 { try laboratory.tidy() }
    return Stage.perform {
      var day = Day(seed: seed, options: options, laboratory: laboratory, isTold: isTold)
      return day.run()
    }
  }
}
