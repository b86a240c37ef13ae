import TestSupport
import Testing

/// `make demo` shows what it promises. It runs on a virtual host, so that its ports are free.
@Suite(.slot)
struct DemoTests {
  @Test(.timeLimit(.minutes(3)))
  func theDemoEndsWellAndCleansUp() async throws {
    let network = try await VirtualNetwork()
    do {
      let host = try await network.addHost(named: "demo")
      let demo = try await host.run(
        ["bash", "\(Paths.repository)/scripts/demo"], asRoot: true,
        environment: ["DEMO_ROWS": "100000", "PG_BINDIR": Paths.postgresPrograms],
        limit: .seconds(150))
      try #require(demo.status == 0, "\(demo.output)\n\(demo.errorOutput)")
      let told = demo.output.contains("Nobody could write for") && demo.output.contains("200000")
      #expect(told, "\(demo.output)")
      let left = try await host.succeed(["ls", "-A", "/tmp"]).text
      #expect(left.isEmpty)
    } catch {
      try await network.remove()
      throw error
    }
    try await network.remove()
  }
}
