/// A position in the write-ahead log, in bytes, as `pg_lsn` counts them.
public struct LogPosition: Sendable, Hashable, Comparable, Codable {
  public var bytes: UInt64

  public init(bytes: UInt64) { self.bytes = bytes }

  /// The position nobody has reached: unknown, as the monitor's `0/0`.
  public static let unknown = LogPosition(bytes: 0)

  public static func < (left: LogPosition, right: LogPosition) -> Bool { left.bytes < right.bytes }

  /// How many bytes of WAL lie between two positions, whichever is ahead.
  public func distance(to other: LogPosition) -> UInt64 {
    bytes > other.bytes ? bytes - other.bytes : other.bytes - bytes
  }
}

extension LogPosition: LosslessStringConvertible {
  /// Reads the text of a `pg_lsn`: two hexadecimal halves of 1 to 8 digits, `16/B374D848`.
  public init?(_ text: String) {
    let halves = text.split(separator: "/", omittingEmptySubsequences: false)
    guard halves.count == 2 else { return nil }
    var words: [UInt64] = []
    for half in halves {
      guard (1...8).contains(half.utf8.count), half.utf8.allSatisfy(Self.isHexadecimal),
        let word = UInt64(half, radix: 16)
      else { return nil }
      words.append(word)
    }
    self.init(bytes: words[0] << 32 | words[1])
  }

  public var description: String {
    let high = String(bytes >> 32, radix: 16, uppercase: true)
    let low = String(bytes & 0xFFFF_FFFF, radix: 16, uppercase: true)
    return "\(high)/\(low)"
  }

  private static func isHexadecimal(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
      UInt8(ascii: "A")...UInt8(ascii: "F"):
      true
    default: false
    }
  }
}
