import TestSupport
import Testing

/// Gives all tests of a suite one cluster, which is removed afterwards, whatever became of them; when
/// a test failed, the cluster first tells what it knows. The tests of such a suite are serialized.
struct ClusterTrait: SuiteTrait, TestScoping {
  /// What there is when the first test begins.
  enum Beginning {
    /// Four hosts that were just booted, with nothing on them but the software.
    case hosts(diskOfA: Int? = nil)
    /// A primary, B secondary, as in the guide after "Bring up the nodes".
    case twoNodes
    /// A primary, B and C secondary.
    case threeNodes
  }

  let beginning: Beginning
  /// Does no other cluster run meanwhile, because these tests take all that the machine has?
  let isAlone: Bool

  func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
  ) async throws {
    try await ClusterSlots.shared.perform(alone: isAlone) { try await perform(test, function) }
  }

  private func perform(_ test: Test, _ function: @Sendable () async throws -> Void) async throws {
    let failures = FailureFlag()
    let cluster: Cluster
    switch beginning {
    case .hosts(let diskOfA): cluster = try await Cluster(diskOfA: diskOfA)
    case .twoNodes: cluster = try await Cluster()
    case .threeNodes: cluster = try await Cluster(nodes: 3)
    }
    do {
      if case .hosts = beginning {} else { try await cluster.setUp() }
      let noting: IssueHandlingTrait = .compactMapIssues { issue in
        failures.raise()
        return issue
      }
      try await Cluster.$current.withValue(cluster) {
        try await noting.provideScope(for: test, testCase: nil, performing: function)
      }
    } catch {
      failures.raise()
      print(await cluster.report())
      try await cluster.remove()
      throw error
    }
    if failures.isRaised { print(await cluster.report()) }
    try await cluster.remove()
  }
}

extension Trait where Self == ClusterTrait {
  /// One cluster for all tests of the suite.
  static func cluster(_ beginning: ClusterTrait.Beginning, alone: Bool = false) -> Self {
    Self(beginning: beginning, isAlone: alone)
  }
}

extension Cluster {
  /// The cluster of the running test.
  @TaskLocal static var current: Cluster?

  /// The cluster of the running test, for tests of a suite that has one.
  static var ofThisTest: Cluster {
    get throws { try #require(current, "the suite needs the trait .cluster") }
  }
}
