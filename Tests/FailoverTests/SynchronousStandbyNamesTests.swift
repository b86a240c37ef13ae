import Failover
import Testing

struct SynchronousStandbyNamesTests {
  @Test func whatIsPrintedIsReadBack() {
    for members in 1...5 {
      for count in 1...members {
        let value = SynchronousStandbyNames(
          count: count, names: (1...Int64(members)).map(GroupMember.slotName(of:)))
        #expect(SynchronousStandbyNames(value.description) == value)
      }
    }
    #expect(
      SynchronousStandbyNames(SynchronousStandbyNames.none.description)
        == SynchronousStandbyNames.none)
  }

  @Test func printsWhatPostgreSQLExpects() {
    let value = SynchronousStandbyNames(count: 1, names: ["a", "b"])
    #expect(value.description == "ANY 1 (a, b)")
    #expect(SynchronousStandbyNames.none.description == "")
  }

  @Test func spacesDoNotMatter() {
    #expect(
      SynchronousStandbyNames("  ANY 2 ( a ,b,  c ) ")
        == SynchronousStandbyNames(count: 2, names: ["a", "b", "c"]))
    #expect(SynchronousStandbyNames("   ") == SynchronousStandbyNames.none)
  }

  @Test(arguments: [
    "*", "a", "FIRST 1 (a)", "ANY 1", "ANY 1 ()", "ANY (a)", "ANY 0 (a)", "ANY -1 (a)",
    "ANY +1 (a)", "ANY 1 (a,)", "ANY 1 (,a)", "ANY 1 (a", "ANY 1 a)", "ANY 1 (a)(b)", "ANY 1 (a b)",
    "ANY 1 ((a))", "ANY 1 (a) b", "ANY x (a)", "ANY 1 (\"a,b\")", "ANY 2 (a)", "ANY 1 (a, a)",
    "ANY 99999999999999999999 (a)", ")", "(",
  ])
  func otherFormsAreRefused(text: String) {
    #expect(SynchronousStandbyNames(text) == nil)
  }
}
