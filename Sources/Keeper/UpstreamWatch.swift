internal import Failover

/// How long a standby has heard nothing from its primary, on the keeper's own clock.
struct UpstreamWatch: Sendable {
  private var followsSince: Duration
  private var lastHeard: Duration?

  /// Begins with an upstream of which nothing is known.
  init(now: Duration) {
    followsSince = now
  }

  /// The node follows a primary anew.
  mutating func restart(now: Duration) { self = UpstreamWatch(now: now) }

  /// A look at the receiver, begun at `moment`.
  mutating func note(_ receiver: Receiver?, at moment: Duration) {
    guard let receiver, receiver.isStreaming else { return }
    let heard = moment - receiver.silence
    lastHeard = max(lastHeard ?? heard, heard)
  }

  /// The silence now: since the last message of a receiver, or since the node began to follow.
  func silence(now: Duration) -> Duration { max(.zero, now - (lastHeard ?? followsSince)) }
}
