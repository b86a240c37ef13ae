internal import TestSupport

/// Something that happens to a group while clients write, and what it may cost them.
struct Fault: Sendable {
  /// What happens, in a few words.
  let name: String
  /// How many nodes the group has.
  var nodes = 2
  /// The longest time without an acknowledged write that is accepted.
  let bound: Duration
  /// What has to come of it.
  let outcome: Outcome
  /// Lets it happen.
  let strike: @Sendable (Scene) async throws -> Void
  /// Takes it back.
  let heal: @Sendable (Scene) async throws -> Void

  /// What has to come of a fault.
  enum Outcome: Sendable {
    /// A standby takes over.
    case replaced
    /// The primary stays, for so long as the fault lasts.
    case stays(Duration)
    /// Either.
    case either
  }

  /// The roles when it happens.
  struct Scene: Sendable {
    let cluster: Cluster
    let primary: Node
    let standbys: [Node]
  }
}

extension Fault {
  /// All of them, in the order of the table.
  static let all: [Fault] = [
    Fault(
      name: "network of the primary's host cut", bound: .seconds(5), outcome: .replaced,
      strike: { try await $0.primary.host.cutLink() },
      heal: { try await $0.primary.host.healLink() }),
    Fault(
      name: "host of the primary powered off", bound: .seconds(5), outcome: .replaced,
      strike: { try await $0.primary.host.powerOff() },
      heal: {
        try await $0.primary.host.powerOn()
        try await $0.primary.startKeeper()
      }),
    Fault(
      name: "postmaster killed with -9", bound: .seconds(1), outcome: .either,
      strike: { scene in
        let postmaster = try scene.primary.postmaster
        try await scene.primary.host.succeed(["kill", "-KILL", "\(postmaster)"])
      }, heal: { _ in }),
    Fault(
      name: "PostgreSQL of the primary stopped (SIGSTOP)", bound: .seconds(6), outcome: .replaced,
      strike: { try await $0.primary.signalServer("STOP") },
      heal: { try? await $0.primary.signalServer("CONT") }),
    Fault(
      name: "network of the standby's host cut", bound: .seconds(5), outcome: .stays(.seconds(8)),
      strike: { try await $0.standbys[0].host.cutLink() },
      heal: { try await $0.standbys[0].host.healLink() }),
    Fault(
      name: "link between primary and standby cut", bound: .seconds(5),
      outcome: .stays(.seconds(10)),
      strike: { try await $0.primary.host.cutLink(to: $0.standbys[0].host) },
      heal: { try await $0.primary.host.healLink(to: $0.standbys[0].host) }),
    Fault(
      name: "link between primary and monitor cut", bound: .seconds(1),
      outcome: .stays(.seconds(30)),
      strike: { try await $0.primary.host.cutLink(to: $0.cluster.monitor.host) },
      heal: { try await $0.primary.host.healLink(to: $0.cluster.monitor.host) }),
    Fault(
      name: "monitor cut off for a minute", bound: .seconds(1), outcome: .stays(.seconds(60)),
      strike: { try await $0.cluster.monitor.host.cutLink() },
      heal: { try await $0.cluster.monitor.host.healLink() }),
    Fault(
      name: "switchover, two nodes", bound: .milliseconds(600), outcome: .replaced,
      strike: { try await $0.cluster.monitor.succeed(["perform", "switchover"]) },
      heal: { _ in }),
    Fault(
      name: "switchover, three nodes", nodes: 3, bound: .milliseconds(600), outcome: .replaced,
      strike: { try await $0.cluster.monitor.succeed(["perform", "switchover"]) },
      heal: { _ in }),
    Fault(
      name: "host of the primary powered off, three nodes", nodes: 3, bound: .seconds(5),
      outcome: .replaced,
      strike: { try await $0.primary.host.powerOff() },
      heal: {
        try await $0.primary.host.powerOn()
        try await $0.primary.startKeeper()
      }),
  ]
}

extension Node {
  /// Sends a signal to the postmaster and all its processes.
  fileprivate func signalServer(_ name: String) async throws {
    try await host.succeed(["pkill", "-\(name)", "postgres"], asRoot: true)
  }
}
