/// Everything random of a day, from its seed: the same seed throws the same dice.
package struct Dice: RandomNumberGenerator, Sendable {
  private var state: UInt64

  package init(seed: UInt64) {
    state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 0xD1B5_4A32_D192_ED03
    _ = next()
  }

  /// SplitMix64.
  package mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// Other dice, whose throws do not depend on how often these are thrown from here on.
  mutating func fork() -> Dice { Dice(seed: next()) }

  package mutating func int(_ range: ClosedRange<Int>) -> Int {
    range.lowerBound + Int(next() % UInt64(range.upperBound - range.lowerBound + 1))
  }

  /// A moment between two, to the microsecond.
  mutating func duration(_ range: ClosedRange<Duration>) -> Duration {
    .microseconds(int(range.lowerBound.wholeMicroseconds...range.upperBound.wholeMicroseconds))
  }

  /// Does something happen that happens once in so many times?
  package mutating func oneIn(_ number: Int) -> Bool { int(1...number) == 1 }

  package mutating func percent(_ chance: Int) -> Bool { int(1...100) <= chance }

  package mutating func pick<Element>(_ elements: [Element]) -> Element {
    elements[int(0...(elements.count - 1))]
  }
}

extension Duration {
  var wholeMicroseconds: Int {
    Int(components.seconds) * 1_000_000 + Int(components.attoseconds / 1_000_000_000_000)
  }

  var inSeconds: Double { Double(wholeMicroseconds) / 1_000_000 }
}
