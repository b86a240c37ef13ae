import TestSupport
import Testing

/// `make demo` shows what it promises, on the loopback ports that it names.
@Suite(.slot)
struct DemoTests {
  @Test(.timeLimit(.minutes(3)))
  func theDemoEndsWell() async throws {
    let demo = try await Command.run(
      [
        "env", "DEMO_ROWS=100000", "PG_BINDIR=\(Paths.postgresPrograms)", "bash",
        "\(Paths.repository)/scripts/demo",
      ], limit: .seconds(150))
    try #require(demo.status == 0, "\(demo.output)\n\(demo.errorOutput)")
    let told = demo.output.contains("Nobody could write for") && demo.output.contains("200000")
    #expect(told, "\(demo.output)")
  }
}
