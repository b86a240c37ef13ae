/// A line of a history: what a client began, or what became of it. The form is that of Jepsen's histories, a JSON object a
/// line, so that other programs can check it too.
public struct HistoryEntry: Codable, Sendable, Equatable {
  /// What is known of it.
  public enum Kind: String, Codable, Sendable {
    /// The client sends it.
    case invoke
    /// It took effect, and the client was told so.
    case ok
    /// It had no effect, for sure.
    case fail
    /// Nobody knows whether it took effect.
    case info
  }

  /// What is done.
  public enum Function: String, Codable, Sendable {
    /// Adds the row with this number, which is never used again.
    case append
    /// Moves an amount from one account to another: value is from, to, amount.
    case transfer
    /// Adds up all accounts: value is the sum.
    case total
    /// Looks for the row that the same process appended last: value is its number, and how many there are.
    case own
    /// Adds a row at a server that was asked directly, to see whether it takes writes.
    case probe
    /// All rows that there are in the end.
    case rows
  }

  /// The session; -1 for what is looked up in the end.
  public var process: Int
  public var type: Kind
  public var f: Function
  public var value: [Int64]
  /// Nanoseconds of the machine's steady clock.
  public var time: Int64
  /// The address of the server that answered.
  public var node: String?
  /// The timeline that it was on.
  public var timeline: Int?

  public init(
    process: Int, type: Kind, f: Function, value: [Int64], time: Int64, node: String? = nil,
    timeline: Int? = nil
  ) {
    self.process = process
    self.type = type
    self.f = f
    self.value = value
    self.time = time
    self.node = node
    self.timeline = timeline
  }
}
