import TestSupport
import Testing

/// A group that is known by addresses alone, of IPv6, on hosts that have another address as well.
@Suite(.serialized, .cluster(.hosts()))
struct AddressTests {
  @Test(.timeLimit(.minutes(3)))
  func aGroupOfIPv6AddressesFailsOver() async throws {
    let cluster = try Cluster.ofThisTest
    let hosts = [cluster.monitor, cluster.a, cluster.b].map(\.host)
    for (number, host) in hosts.enumerated() {
      try await host.succeed(
        ["ip", "address", "add", "fd00::\(number + 1)/64", "dev", "eth0", "nodad"], asRoot: true)
    }
    let shared = ["--auth", "trust", "--no-ssl", "--pgctl", Paths.pgctl]
    try await cluster.monitor.succeed(["create", "monitor", "--hostname", "fd00::1"] + shared)
    try await cluster.monitor.startKeeper()
    // The address that leads to the monitor is this node's own.
    let uri = "postgres://autoctl_node@[fd00::1]:5432/pg_auto_failover"
    for node in cluster.nodes {
      try await node.succeed(
        ["create", "postgres", "--monitor", uri] + shared, limit: .seconds(60))
      try await node.startKeeper()
    }
    let state = try await eventually("both nodes to be in place") {
      let state = try await cluster.state()
      guard state.map(\.reported) == ["primary", "secondary"] else { throw NotYet("\(state)") }
      return state
    }
    #expect(state.map(\.host) == ["fd00::2", "fd00::3"])
    let formation = try await cluster.formationURI()
    #expect(formation.contains("[fd00::2]:5432,[fd00::3]:5432"), "\(formation)")

    try await cluster.a.host.powerOff()
    try await eventually("B takes writes") {
      let state = try await cluster.state()
      guard state[1].reported == "wait_primary" else { throw NotYet("\(state)") }
    }
    try await cluster.a.host.powerOn()
    try await cluster.a.host.succeed(
      ["ip", "address", "replace", "fd00::2/64", "dev", "eth0", "nodad"], asRoot: true)
    try await cluster.a.startKeeper()
    try await eventually("A follows B", within: .seconds(60)) {
      let state = try await cluster.state()
      guard state.map(\.reported) == ["secondary", "primary"] else { throw NotYet("\(state)") }
    }
  }
}
