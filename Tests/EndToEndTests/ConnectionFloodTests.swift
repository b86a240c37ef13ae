import TestSupport
import Testing

/// Somebody takes all connections that the monitor has. Nobody fails over for that, the applications
/// notice nothing, and the keepers are served again as soon as the attacker has gone.
@Suite(.serialized, .cluster(.twoNodes, alone: true))
struct ConnectionFloodTests {
  /// What the attacker does with each connection.
  enum Manner: String {
    /// It says nothing, so that the server waits for the first word.
    case silent
    /// It opens a session as a keeper would, and leaves it idle.
    case session
  }

  @Test(.timeLimit(.minutes(10)))
  func tenThousandSilentConnectionsCostNoFailover() async throws {
    try await endure(10_000, .silent) { attacker, _ in try await attacker.signal("KILL") }
  }

  @Test(.timeLimit(.minutes(10)))
  func sessionsThatTakeEveryPlaceCostNoFailover() async throws {
    try await endure(120, .session) { attacker, _ in try await attacker.signal("KILL") }
  }

  /// The server is not told that the other side has gone: it notices by itself.
  @Test(.timeLimit(.minutes(10)), arguments: [(1_000, Manner.silent), (120, Manner.session)])
  func connectionsOfAHostThatVanishesAreGivenUp(count: Int, manner: Manner) async throws {
    try await endure(count, manner) { _, host in try await host.powerOff() }
  }

  /// One attack from its beginning to the end that `leave` makes. While it goes on, both keepers are
  /// killed and start again, so that they have to ask for a connection like everybody else.
  private func endure(
    _ count: Int, _ manner: Manner, leave: (BackgroundProcess, VirtualHost) async throws -> Void
  ) async throws {
    let cluster = try Cluster.ofThisTest
    let (primary, standby) = try await cluster.readyPair()
    let host = try await attackingHost(of: cluster)
    let before = try await cluster.lastEvent()
    try await whileClientsWrite(to: cluster, bound: .seconds(5)) { writers in
      tell("\(count) connections, \(manner.rawValue)")
      let attacker = try await attack(cluster.monitor.host, from: host, count, manner)
      for node in [standby, primary] { try await refuseKeeper(of: node, in: cluster) }
      try await writers.more()
      tell("the attacker leaves")
      try await leave(attacker, host)
      try await cluster.settle(primary: primary, standby: standby, within: .seconds(120))
    }
    // A probe may find a server on so busy a machine too slow; nobody is told to move for that.
    // Whoever asks now may still find every place taken for a moment.
    for (node, state) in [(primary, "primary"), (standby, "secondary")] {
      let assigned = try await eventually("the monitor has a place for who asks") {
        try await cluster.assignments(of: node, since: before)
      }
      #expect(Set(assigned).isSubset(of: [state]))
    }
  }

  /// Kills a keeper that then starts again and is refused. Where the server gives up who has said nothing, one may
  /// find a place; it is killed again.
  private func refuseKeeper(of node: Node, in cluster: Cluster) async throws {
    for _ in 1...3 {
      let earlier = node.keeper.log.utf8.count
      try await node.keeper.signal("KILL")
      try await node.keeper.waitForEnd()
      try await waitUntilNobodyElseIsAdmitted(to: cluster)
      try await node.startKeeper()
      let isRefused: Void? = try? await eventually("it is refused", within: .seconds(15)) {
        let words = String(decoding: node.keeper.log.utf8.dropFirst(earlier), as: UTF8.self)
        guard Self.tellsOfNoPlace(words) else { throw NotYet(words) }
      }
      if isRefused != nil { return }
    }
    Issue.record("the keeper of \(node.host.name) found a place each time")
  }

  /// What a server says that has no place for one more client.
  private static func tellsOfNoPlace(_ words: String) -> Bool {
    words.contains("too many clients") || words.contains("connection slots")
  }

  private func waitUntilNobodyElseIsAdmitted(to cluster: Cluster) async throws {
    try await eventually("every place to be taken", within: .seconds(120)) {
      let attempt = try await cluster.app.run([
        "psql", "-XAt", cluster.monitorURI, "-c", "select 1",
      ])
      guard Self.tellsOfNoPlace(attempt.errorOutput) else { throw NotYet("\(attempt)") }
    }
  }

  private func attackingHost(of cluster: Cluster) async throws -> VirtualHost {
    let name = "ha-demo-attacker"
    if let host = cluster.network.hosts.first(where: { $0.name == name }) {
      if !host.isRunning { try await host.powerOn() }
      return host
    }
    return try await cluster.network.addHost(named: name)
  }

  /// Opens the connections, and keeps so many open until it is ended. Its host would have processors of its own:
  /// here it takes what the keepers, which run in the same session, leave.
  private func attack(
    _ target: VirtualHost, from host: VirtualHost, _ count: Int, _ manner: Manner
  ) async throws -> BackgroundProcess {
    let program = #"""
      use IO::Socket::INET; use IO::Select;
      my ($address, $count, $manner) = @ARGV;
      my $words = "user\0autoctl_node\0database\0pg_auto_failover\0\0";
      my $open = IO::Select->new; my $complete = 0;
      $| = 1;
      while (1) {
        while ($open->count < $count) {
          my $socket = IO::Socket::INET->new(PeerAddr => $address, PeerPort => 5432) or next;
          syswrite $socket, pack('NN', 8 + length $words, 196608) . $words if $manner eq 'session';
          $open->add($socket);
        }
        print "all $count are open\n" unless $complete++;
        # What the server closes is opened anew.
        for my $socket ($open->can_read(0.2)) {
          next if sysread $socket, my $answer, 4096;
          $open->remove($socket); close $socket;
        }
        select undef, undef, undef, 0.1;
      }
      """#
    let label = "attack-\(count)-\(manner.rawValue)"
    let attacker = try await host.start(
      label,
      ["sh", "-c", #"ulimit -n 16384 && exec nice -n 19 perl -e "$@""#, "attack"]
        + [program, target.address, "\(count)", manner.rawValue])
    try await eventually("all connections are open", within: .seconds(300)) {
      if attacker.hasEnded { throw Hopeless("the attack has ended: \(attacker.log)") }
      guard attacker.log.contains("all \(count) are open") else { throw NotYet(attacker.log) }
    }
    return attacker
  }
}
