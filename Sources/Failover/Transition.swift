/// A way from one state to another: the steps that lead there, and why.
public struct Transition: Sendable, Equatable {
  public var from: Set<NodeState>
  public var to: NodeState
  public var steps: [Step]
  public var because: String

  public init(from: Set<NodeState>, to: NodeState, steps: [Step], because: String) {
    self.from = from
    self.to = to
    self.steps = steps
    self.because = because
  }
}
