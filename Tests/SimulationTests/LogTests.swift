import Testing

@testable import Simulation

@Suite struct LogTests {
  @Test func aPromotionBeginsATimelineThatContainsWhatCameBefore() {
    var log = Log()
    log.append(commit: 1)
    let (timeline, end) = (log.timeline, log.end)
    log.beginTimeline(after: 1)
    #expect(log.timeline == 2)
    #expect(log.contains(timeline: timeline, end: end, flushed: log.end))
    #expect(!log.contains(timeline: timeline, end: end + 1, flushed: log.end))
  }

  @Test func whatIsAheadOfTheFlushedEndIsNotContained() {
    var log = Log()
    log.append()
    #expect(!log.contains(timeline: 1, end: log.end, flushed: log.end(of: 1)))
  }

  @Test func aLogThatIsCutForgetsTheTimelineItHadBegun() {
    var log = Log()
    log.append(commit: 1)
    let count = log.count
    log.beginTimeline(after: 1)
    log.cut(to: count)
    #expect(log.timeline == 1)
    #expect(log.switches.isEmpty)
  }

  @Test func recordsAreFoundByTheirPosition() {
    var log = Log()
    for commit in 1...9 { log.append(commit: commit) }
    for count in 1...log.count {
      #expect(log.count(upTo: log.end(of: count)) == count)
      #expect(log.count(upTo: log.end(of: count) - 1) == count - 1)
    }
  }
}
