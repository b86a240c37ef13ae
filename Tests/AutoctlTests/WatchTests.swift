import Failover
import MonitorClient
import Testing

@testable import Autoctl

/// What stands on the screen of somebody who watches, and what the keys do.
@Suite struct WatchTests {
  private var model: WatchModel {
    var nodes = Nodes.three
    nodes[1].position = LogPosition(bytes: 0x300_0048)
    nodes[1].goal = .catchingUp
    nodes[2].problem = "The disk is full."
    nodes[2].health = .bad
    return WatchModel(
      formations: ["default", "shop"], formation: "default", nodes: nodes,
      events: (1...9).map {
        Nodes.event($0, "a", .primary, .primary, rule: 300 + Int($0), because: "event \($0)")
      }, waits: ["node 3 must tell its position"])
  }

  private func screen(
    _ model: WatchModel, _ columns: Int, _ rows: Int, _ view: WatchView = WatchView()
  ) -> [String] {
    WatchScreen(
      model: model, view: view, size: ScreenSize(columns: columns, rows: rows), time: "12:00:00"
    ).lines.map(\.text)
  }

  @Test func aWideScreenShowsEverything() {
    let lines = screen(model, 130, 14)
    #expect(lines.count == 14)
    #expect(lines[0].hasPrefix(" 12:00:00  formation default (1 of 2)") && lines[0].count == 130)
    #expect(
      lines[1].hasPrefix("Name | Host:Port") && lines[1].hasSuffix("Lag   | Probe | Heard"))
    #expect(
      lines[3]
        == "b    | 10.0.0.2:5432 | secondary -> catchingup | read-only  | 1: 0/3000048 | 256 B | good  | 1 s"
    )
    #expect(lines[5] == "! c: The disk is full.")
    #expect(lines[6] == "waits: node 3 must tell its position")
    #expect(lines[7] == "Events")
    #expect(lines[8] == "12:00:05 a [305] event 5" && lines[12] == "12:00:09 a [309] event 9")
    #expect(lines[13] == "q quit   ? keys")
  }

  @Test(arguments: [(130, 30), (80, 24), (60, 12), (40, 10), (20, 5), (3, 2), (1, 1)])
  func nothingIsWiderOrHigherThanTheScreen(columns: Int, rows: Int) {
    for view in [WatchView(), WatchView(scrolledBack: 4), WatchView(showsKeys: true)] {
      let lines = screen(model, columns, rows, view)
      #expect(lines.count <= rows && lines.allSatisfy { $0.count <= columns })
    }
  }

  @Test func aNarrowScreenKeepsNamesAndStates() {
    let lines = screen(model, 40, 10)
    #expect(lines[1] == "Name | State                   | Heard")
    #expect(lines[3] == "b    | secondary -> catchingup | 1 s")
  }

  @Test func whatIsOldSaysSo() {
    var old = model
    old.trouble = .init(
      sentence: "The monitor cannot be reached.", since: "11:59:00", age: .seconds(60))
    let lines = WatchScreen(
      model: old, view: WatchView(), size: ScreenSize(columns: 100, rows: 14), time: "12:00:00"
    ).lines
    #expect(lines[1].text == "Since 11:59:00 (60 s) this is old: The monitor cannot be reached.")
    #expect(lines[3].style == .dim)
  }

  @Test func aFormationWithoutNodesSaysSo() {
    let lines = screen(WatchModel(formations: ["shop"], formation: "shop"), 80, 10)
    #expect(lines[0].hasPrefix(" 12:00:00  formation shop ") && !lines[0].contains("of"))
    #expect(lines[1] == "This formation has no nodes.")
  }

  @Test func eventsAreScrolledWithinTheirBounds() {
    var view = WatchView()
    view.move(.up, page: 3, of: 9)
    view.move(.pageUp, page: 3, of: 9)
    #expect(view.scrolledBack == 4)
    let lines = screen(model, 100, 12, view)
    #expect(lines[7] == "Events, 4 newer ones below")
    #expect(lines[10] == "12:00:05 a [305] event 5")
    view.move(.home, page: 3, of: 9)
    #expect(view.scrolledBack == 6)
    view.move(.end, page: 3, of: 9)
    view.move(.down, page: 3, of: 9)
    #expect(view.scrolledBack == 0)
  }

  @Test func keysComeInPieces() {
    var decoder = KeyDecoder()
    #expect(decoder.feed([0x1B]) == [])
    #expect(decoder.feed(Array("[".utf8)) == [])
    #expect(decoder.feed(Array("Aq".utf8)) == [.up, .quit])
    #expect(
      decoder.feed(Array("\u{1B}[5~\u{1B}OB\u{1B}[1;5Cx\t\u{1B}[H".utf8))
        == [.pageUp, .down, .nextFormation, .home])
    // An escape alone, then a key.
    #expect(decoder.feed([0x1B]) == [])
    #expect(decoder.feed(Array("j".utf8)) == [.down])
  }

  @Test func aFrameIsOneText() {
    let frame = WatchScreen(
      model: model, view: WatchView(), size: ScreenSize(columns: 80, rows: 24), time: "12:00:00"
    ).frame
    #expect(frame.hasPrefix("\u{1B}[H") && frame.hasSuffix("\u{1B}[J"))
    #expect(frame.split(separator: "\r\n").count == 24)
  }

  @Test func withoutATerminalThereIsASentence() async throws {
    let outcome = await (try Person(monitor: .init(states: [Nodes.three]))).types(
      "watch --monitor postgres://autoctl_node@monitor/pg_auto_failover")
    #expect(outcome.status == .badArguments)
    #expect(outcome.messages.last?.contains("pg_autoctl show state --watch") == true)
  }
}
