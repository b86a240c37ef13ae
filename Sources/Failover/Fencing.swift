/// May a primary that hears nobody go on? Kept by each keeper on its own steady clock.
///
/// A primary that has heard neither the monitor nor any standby for the partition timeout stops its
/// server: somebody else may have been promoted. A node that may acknowledge alone (`single`,
/// `wait_primary`) goes on, because nobody is promoted automatically in its place.
public struct Fencing: Sendable, Equatable {
  /// Time on the keeper's steady clock, since any fixed origin.
  public typealias Moment = Duration

  /// How long a primary goes on without hearing anybody.
  public var timeout: Duration
  private var lastMonitorContact: Moment
  private var lastStandbyContact: Moment
  /// What each standby had answered at the last look; one may have an old connection beside its new.
  private var lastReplies: [String: Set<String>] = [:]
  /// When each standby was last found to have answered.
  private var heardAt: [String: Moment] = [:]

  /// Begins with everybody heard now: what was never heard counts as silent from the start on.
  public init(timeout: Duration, now: Moment) {
    self.timeout = timeout
    self.lastMonitorContact = now
    self.lastStandbyContact = now
  }

  /// The monitor answered a request that was sent at `moment`.
  public mutating func heardMonitor(at moment: Moment) {
    lastMonitorContact = max(lastMonitorContact, moment)
  }

  /// Looks for standbys that have answered since the last look. A connection that merely still
  /// exists is no contact.
  public mutating func look(at standbys: [ConnectedStandby], now: Moment) {
    var replies: [String: Set<String>] = [:]
    for standby in standbys {
      replies[standby.name, default: []].insert(standby.lastReply)
      if let earlier = lastReplies[standby.name], !earlier.contains(standby.lastReply) {
        lastStandbyContact = max(lastStandbyContact, now)
        heardAt[standby.name] = now
      } else if lastReplies[standby.name] == nil {
        heardAt[standby.name] = now
      }
    }
    lastReplies = replies
  }

  /// The standbys connected at the last look that have answered within this time; a new connection
  /// counts as an answer.
  public func heard(within time: Duration, now: Moment) -> Set<String> {
    Set(lastReplies.keys.filter { name in heardAt[name].map { now - $0 <= time } ?? false })
  }

  /// How long nobody has been heard.
  public func silence(now: Moment) -> Duration {
    now - max(lastMonitorContact, lastStandbyContact)
  }

  /// Must the server of a node in this state stop now?
  public func mustStop(_ state: NodeState, now: Moment) -> Bool {
    timeLeft(state, now: now).map { $0 < .zero } ?? false
  }

  /// How long the server of a node in this state may still go on, should nobody be heard; `nil` when it goes on alone.
  public func timeLeft(_ state: NodeState, now: Moment) -> Duration? {
    switch state {
    case .primary, .applySettings, .joinPrimary: timeout - silence(now: now)
    default: nil
    }
  }
}
