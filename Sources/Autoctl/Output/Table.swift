/// Rows below headings, as wide as what stands in them.
public struct Table: Sendable, Equatable {
  public struct Column: Sendable, Equatable {
    public var heading: String
    /// Texts that people read from the left, such as sentences, start at the left.
    public var startsLeft: Bool

    public init(_ heading: String, startsLeft: Bool = false) {
      self.heading = heading
      self.startsLeft = startsLeft
    }
  }

  public var columns: [Column]
  public var rows: [[String]]

  /// Each row has a text for each column.
  public init(columns: [Column], rows: [[String]]) {
    self.columns = columns
    self.rows = rows
  }

  /// Headings, a rule, and the rows, each line with its end.
  public var rendered: String {
    let widths = widths(atLeast: [])
    return ([line(columns.map(\.heading), widths), rule(widths)] + rows.map { line($0, widths) })
      .map { $0 + "\n" }.joined()
  }

  /// The width of each column; a table that grows passes the widths it began with.
  func widths(atLeast minimum: [Int]) -> [Int] {
    columns.indices.map { index in
      rows.map { $0[index].count }.reduce(
        max(columns[index].heading.count, minimum.indices.contains(index) ? minimum[index] : 0),
        max)
    }
  }

  /// The two lines above the rows.
  func head(_ widths: [Int]) -> String {
    line(columns.map(\.heading), widths) + "\n" + rule(widths) + "\n"
  }

  /// A row of these widths.
  func line(_ texts: [String], _ widths: [Int]) -> String {
    let cells = columns.indices.map { index in
      let padding = String(repeating: " ", count: max(0, widths[index] - texts[index].count))
      return columns[index].startsLeft ? texts[index] + padding : padding + texts[index]
    }
    var line = cells.joined(separator: " | ")
    while line.hasSuffix(" ") { line.removeLast() }
    return line
  }

  private func rule(_ widths: [Int]) -> String {
    widths.map { String(repeating: "-", count: $0) }.joined(separator: "-+-")
  }
}
