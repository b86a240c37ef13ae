/// Rows below headings, as wide as what stands in them; in a terminal that is too narrow for that, with
/// fewer columns, and the last one's sentences on several lines.
public struct Table: Sendable, Equatable {
  public struct Column: Sendable, Equatable {
    public var heading: String
    /// Texts that people read from the left, such as sentences, start at the left.
    public var startsLeft: Bool
    /// Columns with the highest number leave a table that is too wide first; those with none stay.
    public var leaves: Int?

    public init(_ heading: String, startsLeft: Bool = false, leaves: Int? = nil) {
      self.heading = heading
      self.startsLeft = startsLeft
      self.leaves = leaves
    }
  }

  /// Which columns are shown, and how wide each of all columns is.
  struct Layout: Equatable {
    var shown: [Int]
    var widths: [Int]
    /// Where the sentences of the last column go on on the next line, if anywhere.
    var sentenceWidth: Int?
  }

  public var columns: [Column]
  public var rows: [[String]]

  /// Each row has a text for each column.
  public init(columns: [Column], rows: [[String]]) {
    self.columns = columns
    self.rows = rows.map { $0.map { $0.plain() } }
  }

  /// Headings, a rule, and the rows, each line with its end.
  public var rendered: String { rendered(within: nil) }

  /// The same in lines of at most so many characters, if that can be.
  public func rendered(within limit: Int?) -> String {
    let layout = layout(within: limit)
    return head(layout) + rows.map { line($0, layout) }.joined()
  }

  /// How it is laid out: of what is there and `atLeast` these widths, as much as there is room for.
  func layout(atLeast minimum: [Int] = [], within limit: Int? = nil) -> Layout {
    let widths = columns.indices.map { index in
      rows.map { $0[index].count }.reduce(
        max(columns[index].heading.count, minimum.indices.contains(index) ? minimum[index] : 0),
        max)
    }
    var layout = Layout(shown: Array(columns.indices), widths: widths)
    guard let limit else { return layout }
    while width(layout) > limit,
      let last = layout.shown.compactMap({ columns[$0].leaves }).max()
    {
      layout.shown.removeAll { columns[$0].leaves == last }
    }
    if let sentences = layout.shown.last, columns[sentences].startsLeft {
      let others = width(layout) - room(for: sentences, layout)
      let sentenceWidth = max(Self.sentenceWidth, limit - others)
      layout.sentenceWidth = sentenceWidth
      layout.widths[sentences] = min(widths[sentences], sentenceWidth)
    }
    return layout
  }

  /// The layout of a table that has grown since, with the same columns: texts may need more room now.
  func layout(after before: Layout) -> Layout {
    var layout = layout(atLeast: before.widths)
    layout.shown = before.shown
    layout.sentenceWidth = before.sentenceWidth
    return layout
  }

  /// The two lines above the rows.
  func head(_ layout: Layout) -> String {
    line(columns.map(\.heading), layout)
      + layout.shown.map { String(repeating: "-", count: layout.widths[$0]) }
      .joined(separator: "-+-") + "\n"
  }

  /// A row, with its end; several lines when a sentence needs them.
  func line(_ texts: [String], _ layout: Layout) -> String {
    guard let last = layout.shown.last else { return "\n" }
    let pieces =
      layout.sentenceWidth.map { Self.pieces(of: texts[last], upTo: $0) } ?? [texts[last]]
    return pieces.enumerated().map { number, piece in
      let cells = layout.shown.map { index in
        cell(index == last ? piece : number == 0 ? texts[index] : "", index, layout)
      }
      var line = cells.joined(separator: " | ")
      while line.hasSuffix(" ") { line.removeLast() }
      return line + "\n"
    }.joined()
  }

  /// What a sentence needs at least to be readable.
  private static let sentenceWidth = 32

  private func width(_ layout: Layout) -> Int {
    layout.shown.map { room(for: $0, layout) }.reduce(0, +) + 3 * max(0, layout.shown.count - 1)
  }

  /// The last column's sentences can do with less than they would fill.
  private func room(for index: Int, _ layout: Layout) -> Int {
    index == columns.indices.last && columns[index].startsLeft
      ? min(layout.widths[index], Self.sentenceWidth) : layout.widths[index]
  }

  private func cell(_ text: String, _ index: Int, _ layout: Layout) -> String {
    let padding = String(repeating: " ", count: max(0, layout.widths[index] - text.count))
    return columns[index].startsLeft ? text + padding : padding + text
  }

  /// A sentence in lines; a word that is longer than a line stays whole, so that it can be copied.
  private static func pieces(of sentence: String, upTo width: Int) -> [String] {
    guard sentence.count > width else { return [sentence] }
    var lines = [""]
    for word in sentence.split(separator: " ", omittingEmptySubsequences: false) {
      if lines[lines.count - 1].isEmpty {
        lines[lines.count - 1] = String(word)
      } else if lines[lines.count - 1].count + 1 + word.count <= width {
        lines[lines.count - 1] += " " + word
      } else {
        lines.append(String(word))
      }
    }
    return lines
  }
}
