import Failover
import Testing

@testable import ServerControl

@Suite("Access rules") struct HostBasedAccessTests {
  private let rules = [
    AccessRule(database: .all, role: "pgautofailover_monitor", host: "monitor"),
    AccessRule(database: .replication, role: "pgautofailover_replicator", host: "b"),
    AccessRule(database: .named("my \"db"), role: "me", includesMembers: true, host: "a"),
  ]
  private let networks = [
    "monitor": ["10.0.0.9/32"], "b": ["10.0.0.2/32", "fd00::2/128"], "a": ["10.0.0.1/32"],
  ]

  private func access(
    _ rules: [AccessRule], _ networks: [String: [String]], earlier: HostBasedAccess? = nil
  ) -> HostBasedAccess {
    HostBasedAccess(
      rules: rules, networks: networks, method: "scram-sha-256", encrypted: true, earlier: earlier)
  }

  @Test func linesNameDatabaseRoleAndAddress() {
    #expect(
      access(rules, networks).lines == [
        "hostssl all \"pgautofailover_monitor\" 10.0.0.9/32 scram-sha-256  # monitor",
        "hostssl replication \"pgautofailover_replicator\" 10.0.0.2/32 scram-sha-256  # b",
        "hostssl replication \"pgautofailover_replicator\" fd00::2/128 scram-sha-256  # b",
        "hostssl \"my db\" +\"me\" 10.0.0.1/32 scram-sha-256  # a",
      ])
  }

  @Test func theBlockIsRewrittenAsAWholeAndTheRestStays() {
    let own = Array("local all all peer".utf8) + [0xFF]
    let first = access(rules, networks).applied(to: own)
    #expect(first.starts(with: own))
    #expect(access(rules, networks).applied(to: first) == first)
    // A node has left, and somebody has added a line below.
    let edited = first + Array("host all all 10.9.9.9/32 reject\n".utf8)
    let second = access(Array(rules.prefix(1)), networks).applied(to: edited)
    let text = String(decoding: second, as: UTF8.self)
    #expect(!text.contains("replicator"))
    #expect(text.hasSuffix("\(HostBasedAccess.end)\nhost all all 10.9.9.9/32 reject\n"))
    #expect(text.components(of: HostBasedAccess.begin) == 1)
  }

  @Test func aNameThatNoLongerResolvesKeepsItsLines() {
    let earlier = access(rules, networks)
    var fewer = networks
    fewer["b"] = nil
    #expect(access(rules, fewer, earlier: earlier) == earlier)
    #expect(
      access(rules, fewer).lines[1]
        == "hostssl replication \"pgautofailover_replicator\" \"b\" scram-sha-256  # b")
  }

  /// A node tells the monitor its host, and the monitor tells all others: whoever may act for one node
  /// must not open their servers to anybody.
  @Test(arguments: [
    "0.0.0.0/0", "10.0.0.0/8 trust #", "x\nhost all all 0.0.0.0/0 trust #", "x\" trust #",
    ".example",
    "x\"\u{301} 0.0.0.0/0 trust #", "x\\", "a,b", "a b", "x\r", "x\u{85}", "",
  ])
  func whatIsNoHostGetsNoLine(host: String) async throws {
    let rules = [
      AccessRule(database: .replication, role: "pgautofailover_replicator", host: host),
      AccessRule(database: .all, role: "pgautofailover_replicator", host: "b"),
    ]
    #expect(
      access(rules, ["b": ["10.0.0.2/32"], host: ["10.0.0.3/32"]]).lines == [
        "hostssl all \"pgautofailover_replicator\" 10.0.0.2/32 scram-sha-256  # b"
      ])
  }

  @Test(arguments: [
    "a-b_c.example", "fd00::7", "fe80::1%eth0", "10.0.0.7", "straße.example", "all",
  ])
  func everyHostGetsItsLine(host: String) {
    let rule = AccessRule(database: .all, role: "r", host: host)
    #expect(
      access([rule], [:]).lines == ["hostssl all \"r\" \"\(host)\" scram-sha-256  # \(host)"])
  }

  @Test func aNameCannotEndItsQuotes() {
    let rule = AccessRule(database: .named("d\"\u{301} x"), role: "r\u{85}\n\"", host: "b")
    #expect(
      access([rule], ["b": ["10.0.0.2/32"]]).lines
        == ["hostssl \"d\u{301} x\" \"r\" 10.0.0.2/32 scram-sha-256  # b"])
  }

  @Test func namesBecomeNetworks() async {
    #expect(
      await NameResolution.networks(of: "127.0.0.1", atMost: .seconds(5)) == ["127.0.0.1/32"])
    #expect(await NameResolution.networks(of: "::1", atMost: .seconds(5)) == ["::1/128"])
    #expect(
      await NameResolution.networks(of: "no such host.invalid", atMost: .seconds(5)).isEmpty)
  }

  @Test func theServerAcceptsWhatWeWriteAndReloadsItOnlyWhenItChanged() async throws {
    try await TestPlace.with { place in
      let node = TestNode.make(1, in: place) {
        $0.monitorHost = "127.0.0.1"
        $0.username = "writer"
        $0.database = "story"
        $0.additionalAccess = ["samenet", "10.0.0.0/8"].map {
          AccessRule(database: .named("story"), role: "guest", host: $0, isNetwork: true)
        }
      }
      try await node.becomePrimary()
      let other = GroupMember(id: 7, name: "b", host: "::1", port: 1)
      let path = node.directory + "/pg_hba.conf"
      try await node.server.configure(for: [other])
      let first = try #require(try DurableFiles.text(path))
      try await node.server.configure(for: [other])
      #expect(try DurableFiles.text(path) == first)
      try await until("the rules are read") {
        try await node.sql(
          "SELECT count(*) FROM pg_hba_file_rules WHERE 'pgautofailover_replicator' = ANY (user_name)"
        ) == "2"
      }
      #expect(
        try await node.sql("SELECT count(*) FROM pg_hba_file_rules WHERE error IS NOT NULL") == "0")
      #expect(
        try await node.sql(
          "SELECT string_agg(address, ',' ORDER BY line_number) FROM pg_hba_file_rules"
            + " WHERE user_name = '{guest}'") == "samenet,10.0.0.0")
      try await node.server.configure(for: [])
      #expect(try DurableFiles.text(path)?.contains("replicator") == false)
      #expect(
        try await node.sql(
          "SELECT r.rolname FROM pg_database d JOIN pg_roles r ON r.oid = d.datdba"
            + " WHERE d.datname = 'story'") == "writer")
    }
  }
}

extension String {
  /// How often a text occurs.
  fileprivate func components(of part: String) -> Int { ranges(of: part).count }
}
