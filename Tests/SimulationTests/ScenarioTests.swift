import Testing

@testable import Simulation

@Suite struct ScenarioTests {
  private let text = """
    # A comment.
    node node1
    node node2
    ----
    a story
    of two lines

    pass 5s
    ----

    """

  @Test func aFileIsReadBlockByBlock() {
    let scenario = Scenario(text: text)
    #expect(scenario.blocks.map(\.commands) == [["node node1", "node node2"], ["pass 5s"]])
    #expect(scenario.blocks.map(\.expected) == [["a story", "of two lines"], []])
    #expect(scenario.hosts == 2)
  }

  @Test func aFileIsWrittenAsItWasRead() {
    let scenario = Scenario(text: text)
    #expect(scenario.text(with: scenario.blocks.map(\.expected)) == text)
  }
}
