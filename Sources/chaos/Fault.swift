internal import Simulation
internal import TestSupport

/// Whom a fault can befall.
enum Role: String, CaseIterable, Sendable {
  case primary = "the primary"
  case standby = "a standby"
  case monitor = "the monitor"
}

/// The roles when a fault happens.
struct Scene: Sendable {
  let cluster: Cluster
  let primary: Node
  /// In an order that the dice have drawn.
  let standbys: [Node]

  var nodes: [Node] { [primary] + standbys }
  var all: [Node] { [cluster.monitor] + nodes }

  /// Who has the role; of several standbys the first.
  subscript(_ role: Role) -> Node {
    switch role {
    case .primary: primary
    case .standby: standbys[0]
    case .monitor: cluster.monitor
    }
  }

  /// The name under which the monitor knows a node.
  func name(of node: Node) async throws -> String { try await cluster.status(of: node).name }
}

/// Something bad that happens, and ends.
struct Fault: Sendable {
  /// What happens, in a few words.
  let name: String
  /// Does it never happen together with others? So it is where another one may cost what was
  /// acknowledged, by nobody's fault.
  var isAlone = false
  /// Is it taken back by commands? They need what other faults have taken away, so they come last.
  var isHealedLast = false
  /// Lets it happen; throws when it cannot, as when another fault is in its way. The dice choose
  /// whatever there is to choose.
  let strike: @Sendable (Scene, inout Dice) async throws -> Void
  /// Takes it back; what is left is the system's affair. It is called also when striking failed
  /// halfway.
  var heal: @Sendable (Scene) async throws -> Void = { _ in }
}

extension Fault {
  /// All kinds.
  static let all: [Fault] =
    processes + hosts + links + slowLinks + disks + clocks + files + operators
}
