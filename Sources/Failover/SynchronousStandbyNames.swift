/// The value of `synchronous_standby_names`: `ANY k (names)`, or empty for a primary that
/// acknowledges alone. Format: PostgreSQL's documentation of that setting.
public struct SynchronousStandbyNames: Sendable, Equatable {
  /// How many standbys must confirm; 0 together with no names.
  public var count: Int
  public var names: [String]

  public static let none = SynchronousStandbyNames(count: 0, names: [])

  public init(count: Int, names: [String]) {
    self.count = count
    self.names = names
  }
}

extension SynchronousStandbyNames: LosslessStringConvertible {
  /// Reads what this project writes; `nil` for any other form, such as `FIRST` or `*`.
  public init?(_ text: String) {
    let trimmed = text.trimmed
    if trimmed.isEmpty {
      self = .none
      return
    }
    guard trimmed.hasPrefix("ANY "), let open = trimmed.firstIndex(of: "("), trimmed.hasSuffix(")")
    else { return nil }
    let number = trimmed[..<open].dropFirst(4).trimmed
    let names = trimmed[open...].dropFirst().dropLast()
      .split(separator: ",", omittingEmptySubsequences: false).map(\.trimmed)
    guard number.utf8.allSatisfy((UInt8(ascii: "0")...UInt8(ascii: "9")).contains),
      let count = Int(number), (1...names.count).contains(count),
      names.allSatisfy(Self.isPlainName), Set(names).count == names.count
    else { return nil }
    self.init(count: count, names: names)
  }

  public var description: String {
    names.isEmpty ? "" : "ANY \(count) (\(names.joined(separator: ", ")))"
  }

  /// Slot names are lower case letters, digits and underscores, so they need no quotes.
  private static func isPlainName(_ name: String) -> Bool {
    !name.isEmpty
      && name.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
          UInt8(ascii: "_"):
          true
        default: false
        }
      }
  }
}

extension StringProtocol {
  fileprivate var trimmed: String {
    var rest = self[...]
    while rest.first?.isWhitespace == true { rest = rest.dropFirst() }
    while rest.last?.isWhitespace == true { rest = rest.dropLast() }
    return String(rest)
  }
}
