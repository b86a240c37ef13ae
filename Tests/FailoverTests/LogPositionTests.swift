import Failover
import Testing

struct LogPositionTests {
  @Test(arguments: [
    0, 1, 0xFFFF_FFFF, 0x1_0000_0000, 0x16_B374_D848, UInt64.max, UInt64.max - 1,
  ])
  func whatIsPrintedIsReadBack(bytes: UInt64) {
    let position = LogPosition(bytes: bytes)
    #expect(LogPosition(position.description) == position)
  }

  @Test func manyPositionsSurviveTheRoundTrip() {
    var bytes: UInt64 = 0x9E37_79B9_7F4A_7C15
    for _ in 0..<10_000 {
      bytes = bytes &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let position = LogPosition(bytes: bytes)
      #expect(LogPosition(position.description) == position)
    }
  }

  @Test func printsAsPostgreSQLDoes() {
    #expect(LogPosition(bytes: 0x16_B374_D848).description == "16/B374D848")
    #expect(LogPosition.unknown.description == "0/0")
    #expect(LogPosition("16/b374d848") == LogPosition("16/B374D848"))
  }

  @Test(arguments: [
    "", "/", "0", "0/", "/0", "0/0/0", "0//0", " 0/0", "0/0 ", "g/0", "0/-1", "+0/0", "0x1/0",
    "123456789/0", "0/123456789", "0/０", "16/B374D84G", "0\u{0}/0",
  ])
  func junkIsRefused(text: String) {
    #expect(LogPosition(text) == nil)
  }

  @Test func distanceIsTheSameBothWays() {
    let early = LogPosition(bytes: 5)
    let late = LogPosition(bytes: UInt64.max)
    #expect(early.distance(to: late) == UInt64.max - 5)
    #expect(late.distance(to: early) == early.distance(to: late))
    #expect(early.distance(to: early) == 0)
    #expect(early < late)
  }
}
