internal import Failover

/// How long a standby has heard nothing from its primary, on the keeper's own clock.
///
/// The server tells it by the host's clock, which somebody may set: an hour forward, and a primary that streams would look
/// silent; an hour back, and one that is gone would look heard. So what it tells is held between what two looks prove:
/// a message that was seen first by this look came after the look before, and before this one.
struct UpstreamWatch: Sendable {
  private var followsSince: Duration
  private var lastHeard: Duration?
  /// The message that the last look saw, when it was first seen, and the look before that.
  private var message: (id: String, firstSeen: Duration, lookBefore: Duration?)?
  private var lookedAt: Duration?
  /// When the receiver of the last look had heard something.
  private var heardByReceiver: Duration?

  /// Begins with an upstream of which nothing is known.
  init(now: Duration) {
    followsSince = now
  }

  /// The node follows a primary anew.
  mutating func restart(now: Duration) { self = UpstreamWatch(now: now) }

  /// A look at the receiver, begun at `moment`.
  mutating func note(_ receiver: Receiver?, at moment: Duration) {
    defer { lookedAt = moment }
    guard let receiver, receiver.isStreaming else {
      message = nil
      heardByReceiver = nil
      return
    }
    if receiver.lastMessage != message?.id {
      // A receiver that was not there at the look before may have heard this before it.
      let lookBefore = message == nil ? nil : lookedAt
      message = receiver.lastMessage.map { ($0, moment, lookBefore) }
    }
    var heard = moment - receiver.silence
    if let message { heard = min(max(heard, message.lookBefore ?? heard), message.firstSeen) }
    heardByReceiver = heard
    lastHeard = max(lastHeard ?? heard, heard)
  }

  /// The silence now of the receiver that streamed at the last look, which knows best; else `silence`.
  func silenceOfReceiver(now: Duration) -> Duration {
    heardByReceiver.map { max(.zero, now - $0) } ?? silence(now: now)
  }

  /// The silence now: since the last message of a receiver, or since the node began to follow.
  func silence(now: Duration) -> Duration { max(.zero, now - (lastHeard ?? followsSince)) }
}
