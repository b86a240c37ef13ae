internal import Failover
internal import MonitorClient

/// A line of the screen.
struct ScreenLine: Equatable, Sendable {
  enum Style: String, Sendable {
    case plain = ""
    case bold = "\u{1B}[1m"
    case dim = "\u{1B}[2m"
    case reverse = "\u{1B}[7m"
  }

  var text: String
  var style = Style.plain

  init(_ text: String, _ style: Style = .plain) {
    self.text = text.plain()
    self.style = style
  }
}

/// Makes a screen of what there is to see: no line is longer than it is wide, and there are no more
/// than it is high.
struct WatchScreen {
  let model: WatchModel
  let view: WatchView
  let size: ScreenSize
  /// The time of day.
  let time: String

  /// How many events fit.
  var page: Int { max(0, size.rows - above.count - 2) }

  /// All lines, from the first.
  var lines: [ScreenLine] {
    if view.showsKeys { return fitted([title] + Self.keys.map { ScreenLine($0) }) }
    let head = above
    var lines = head
    if size.rows - head.count >= 3 { lines += events }
    while lines.count < size.rows - 1 { lines.append(ScreenLine("")) }
    lines = Array(lines.prefix(max(1, size.rows - 1)))
    if size.rows > 1 { lines.append(ScreenLine("q quit   ? keys", .dim)) }
    return fitted(lines)
  }

  /// What a terminal is sent to show it, without flicker.
  var frame: String {
    let reset = "\u{1B}[0m\u{1B}[K"
    return "\u{1B}[H" + lines.map { $0.style.rawValue + $0.text + reset }.joined(separator: "\r\n")
      + "\u{1B}[J"
  }

  private static let keys = [
    "", "q, Ctrl-C             quit", "up, down, k, j        scroll the events",
    "page up, page down    scroll them by screens", "home, end             the oldest, the newest",
    "left, right, p, n     another formation", "?, h                  these lines",
  ]

  private func fitted(_ lines: [ScreenLine]) -> [ScreenLine] {
    lines.prefix(size.rows).map { line in
      var line = line
      line.text = String(line.text.prefix(size.columns))
      return line
    }
  }

  /// Everything above the events.
  private var above: [ScreenLine] {
    var lines = [title]
    if let trouble = model.trouble {
      let age = trouble.age.components.seconds
      lines.append(
        ScreenLine("Since \(trouble.since) (\(age) s) this is old: \(trouble.sentence)", .bold))
    }
    lines += nodes
    lines += model.nodes.compactMap { node in
      node.problem.map { ScreenLine("! \(node.name): \($0)", .bold) }
    }
    lines += model.waits.map { ScreenLine("waits: \($0)", .bold) }
    return lines
  }

  private var title: ScreenLine {
    let place = model.formations.firstIndex(of: model.formation).map { $0 + 1 } ?? 1
    let count = max(1, model.formations.count)
    let which = count > 1 ? " (\(place) of \(count))" : ""
    let text = " \(time)  formation \(model.formation)\(which)"
    let padding = String(repeating: " ", count: max(0, size.columns - text.count))
    return ScreenLine(text + padding, .reverse)
  }

  // MARK: nodes

  /// A column of the table of nodes. Those with the highest number leave first when the screen is narrow.
  private struct Column {
    var heading: String
    var leaves: Int?
    var text: (StateRow) -> String
  }

  private var columns: [Column] {
    let isOneGroup = Set(model.nodes.map(\.groupID)).count < 2
    let columns = [
      Column(heading: "Name", leaves: nil) { $0.name },
      Column(heading: "Group", leaves: 2) { "\($0.groupID)" },
      Column(heading: "Host:Port", leaves: 7) { "\($0.host):\($0.port)" },
      Column(heading: "State", leaves: nil) { node in
        node.isSettled
          ? node.reported.rawValue : "\(node.reported.rawValue) -> \(node.goal.rawValue)"
      },
      Column(heading: "Role", leaves: 4) { NodeList.role(of: $0) },
      Column(heading: "TLI: LSN", leaves: 6) { "\($0.timeline): \($0.position)" },
      Column(heading: "Lag", leaves: 3, text: lag),
      Column(heading: "Probe", leaves: 5) { $0.health.rawValue },
      Column(heading: "Heard", leaves: 1) { Self.age($0.reportAge) },
    ]
    return columns.filter { !isOneGroup || $0.heading != "Group" }
  }

  private var nodes: [ScreenLine] {
    if model.nodes.isEmpty { return [ScreenLine("This formation has no nodes.")] }
    let rows = model.nodes.map { node in columns.map { $0.text(node) } }
    let table = Table(
      columns: columns.map { .init($0.heading, startsLeft: true, leaves: $0.leaves) }, rows: rows)
    let layout = table.layout(within: size.columns)
    let style: ScreenLine.Style = model.trouble == nil ? .plain : .dim
    return ([columns.map(\.heading)] + rows).enumerated().map { number, texts in
      let line = table.line(texts, layout)
      return ScreenLine(String(line.dropLast()), number == 0 ? .bold : style)
    }
  }

  /// How many bytes a node is behind the one that takes writes in its group; on another timeline
  /// nobody can say.
  private func lag(of node: StateRow) -> String {
    let leader = model.nodes.first { $0.groupID == node.groupID && $0.reported.takesWrites }
    guard let leader, leader.nodeID != node.nodeID, leader.timeline == node.timeline,
      node.position != .unknown
    else { return "" }
    return node.position < leader.position
      ? "\(leader.position.distance(to: node.position)) B" : "0 B"
  }

  private static func age(_ age: Duration) -> String {
    let seconds = max(0, age.components.seconds)
    return seconds < 60
      ? "\(seconds) s" : seconds < 3600 ? "\(seconds / 60) min" : "\(seconds / 3600) h"
  }

  // MARK: events

  private var events: [ScreenLine] {
    let end = model.events.count - view.scrolledBack
    let shown = model.events[max(0, end - page)..<max(0, end)]
    let back = view.scrolledBack > 0 ? ", \(view.scrolledBack) newer ones below" : ""
    return [ScreenLine("Events\(back)", .bold)] + shown.map { ScreenLine(Self.text(of: $0)) }
  }

  private static func text(of event: EventRow) -> String {
    // 2026-01-31 12:34:56.789+00: the time of day is what matters here.
    let time = event.time.count >= 19 ? String(event.time.dropFirst(11).prefix(8)) : event.time
    let rule = event.rulePosition.map { " [\($0)]" } ?? ""
    // The sentence begins with the node that the line has named already.
    let node = "node \(event.nodeID) \"\(event.name)\" (\(event.host):\(event.port)): "
    let sentence = event.description ?? ""
    let news = sentence.hasPrefix(node) ? String(sentence.dropFirst(node.count)) : sentence
    return "\(time) \(event.name)\(rule) \(news)"
  }
}
