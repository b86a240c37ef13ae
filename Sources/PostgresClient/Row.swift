/// A row of an answer, as texts; an absent value is SQL's NULL.
public struct Row: Sendable, Equatable {
  /// The names of the columns, in the order of the answer.
  public let columns: [String]
  private let values: [String?]

  /// Makes a row; there must be as many values as columns.
  public init(columns: [String], values: [String?]) {
    precondition(columns.count == values.count, "a row needs one value for each column")
    self.columns = columns
    self.values = values
  }

  /// The value of the first column of this name; `nil` for NULL, and when there is no such column.
  public subscript(_ column: String) -> String? {
    columns.firstIndex(of: column).flatMap { values[$0] }
  }

  /// The value of the column at this place, counted from 0; `nil` for NULL, and beyond the last.
  public subscript(_ index: Int) -> String? {
    values.indices.contains(index) ? values[index] : nil
  }
}

extension Row {
  /// The text in a column that must be there and not be NULL; else `unexpectedResult`.
  public func text(_ column: String) throws(PostgresError) -> String {
    guard columns.contains(column) else {
      throw PostgresError(
        code: .unexpectedResult,
        message: "The answer has no column \"\(column)\"; it has: "
          + columns.joined(separator: ", ") + ".")
    }
    guard let value = self[column] else {
      throw PostgresError(
        code: .unexpectedResult, message: "The column \"\(column)\" of the answer is NULL.")
    }
    return value
  }

  /// The whole number in a column; `unexpectedResult` when it is absent, NULL or no number.
  public func integer(_ column: String) throws(PostgresError) -> Int64 {
    let text = try text(column)
    guard let number = Int64(text) else { throw Self.unexpected(text, in: column, not: "a number") }
    return number
  }

  /// The truth value in a column; `unexpectedResult` when it is absent, NULL or neither t nor f.
  public func boolean(_ column: String) throws(PostgresError) -> Bool {
    let text = try text(column)
    switch text {
    case "t": return true
    case "f": return false
    default: throw Self.unexpected(text, in: column, not: "t or f")
    }
  }

  private static func unexpected(
    _ text: String, in column: String, not wanted: String
  ) -> PostgresError {
    PostgresError(
      code: .unexpectedResult,
      message: "The column \"\(column)\" of the answer holds \"\(text)\", which is not \(wanted).")
  }
}
