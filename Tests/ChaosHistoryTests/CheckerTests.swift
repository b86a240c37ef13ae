import ChaosHistory
import Foundation
import LineFile
import Testing

/// A history that keeps all promises, and one for each way to break them.
@Suite struct CheckerTests {
  /// Two appends, a look at the accounts, an own row seen, and a change of the primary.
  private let good: [HistoryEntry] = [
    entry(1, .invoke, .append, [1], 10), entry(1, .ok, .append, [1], 20, "a", 1),
    entry(2, .invoke, .append, [2], 15), entry(2, .info, .append, [2], 40),
    entry(1, .invoke, .own, [1], 50), entry(1, .ok, .own, [1, 1], 60, "a", 1),
    entry(2, .invoke, .total, [], 50), entry(2, .ok, .total, [1000], 60, "b", 0),
    entry(1, .invoke, .append, [3], 70), entry(1, .fail, .append, [3], 80),
    entry(1, .invoke, .append, [4], 90), entry(1, .ok, .append, [4], 100, "b", 2),
    entry(-1, .ok, .rows, [1, 2, 4], 110),
  ]

  @Test func aHistoryThatKeepsAllPromisesIsGood() {
    #expect(Checker(good).problems == [])
    #expect(Checker(good).acknowledged == 2)
  }

  @Test func theOrderOfTheLinesDoesNotMatter() {
    #expect(Checker(good.reversed()).problems == [])
  }

  @Test func aRowOfUnknownFateMayBeMissing() {
    #expect(Checker(good.replacingRows([1, 4])).problems == [])
  }

  @Test(
    arguments: [
      ([2, 4], "1 acknowledged rows are gone, the first is 1"),
      ([1, 1, 2, 4], "1 rows are there more than once, the first is 1"),
      ([1, 2, 3, 4], "1 rows are there whose writing had failed, the first is 3"),
      ([1, 2, 4, 9], "1 rows are there that nobody wrote, the first is 9"),
    ] as [([Int64], String)])
  func rowsThatShouldNotBeSo(rows: [Int64], problem: String) {
    #expect(Checker(good.replacingRows(rows)).problems == [problem])
  }

  @Test func moneyThatWasMadeOrLost() {
    let history = good + [entry(3, .ok, .total, [995], 61, "b", 0)]
    #expect(Checker(history).problems == ["the accounts held 995 instead of 1000 at b"])
  }

  @Test func anOwnRowThatIsNotSeen() {
    let history = good + [entry(1, .ok, .own, [1, 0], 65, "b", 2)]
    #expect(Checker(history).problems == ["process 1 saw its own row 1 0 times at b"])
  }

  @Test func aWriteSentToTheOldPrimaryAfterTheNewOneHadWritten() {
    let history =
      good + [
        entry(3, .invoke, .probe, [7], 101), entry(3, .ok, .probe, [7], 105, "a", 1),
      ]
    #expect(
      Checker(history).problems == [
        "1 writes were acknowledged by a server on an earlier timeline after a later one had begun, the first by a on "
          + "timeline 1"
      ])
  }

  @Test func aWriteThatWasOnItsWayBeforeIsNone() {
    let history =
      good + [
        entry(3, .invoke, .probe, [7], 99), entry(3, .ok, .probe, [7], 105, "a", 1),
      ]
    #expect(Checker(history).problems == [])
  }

  @Test func twoServersOnOneTimeline() {
    let history =
      good + [
        entry(3, .invoke, .probe, [7], 12), entry(3, .ok, .probe, [7], 13, "c", 1),
      ]
    #expect(Checker(history).problems == ["a and c both wrote on timeline 1"])
  }

  @Test func whatIsMissingIsTold() {
    #expect(
      Checker([]).problems == ["the history does not say which rows there were in the end"])
  }

  @Test func theLongestGapIsThatOfAppends() {
    let checker = Checker(good)
    #expect(checker.longestGap(from: 20, to: 110) == 80 / 1e9)
    #expect(checker.longestGap(from: 100, to: 300) == 200 / 1e9)
  }

  @Test func filesAreReadAsTheyWereWritten() throws {
    let path = FileManager.default.temporaryDirectory.path + "/history-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: path) }
    let lines = try good.map(LineFile.line)
    // Whoever wrote the last line was ended.
    try Data(lines.joined() + Data(#"{"f":"app"#.utf8)).write(to: URL(fileURLWithPath: path))
    #expect(try LineFile.read(path) == good)
    #expect(
      String(decoding: lines[1], as: UTF8.self)
        == #"{"f":"append","node":"a","process":1,"time":20,"timeline":1,"type":"ok","value":[1]}"#
        + "\n")
  }
}

private func entry(
  _ process: Int, _ type: HistoryEntry.Kind, _ f: HistoryEntry.Function, _ value: [Int64],
  _ time: Int64, _ node: String? = nil, _ timeline: Int? = nil
) -> HistoryEntry {
  HistoryEntry(
    process: process, type: type, f: f, value: value, time: time, node: node, timeline: timeline)
}

extension [HistoryEntry] {
  fileprivate func replacingRows(_ rows: [Int64]) -> [HistoryEntry] {
    filter { $0.f != .rows } + [
      HistoryEntry(process: -1, type: .ok, f: .rows, value: rows, time: 110)
    ]
  }
}
