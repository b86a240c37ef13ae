internal import Failover

/// May a keeper that has just started start a primary's server?
///
/// After a restart of the host somebody else may be primary by now. So a server that runs already is
/// adopted, a standby starts at once, and a primary first asks the monitor, whose answer decides. When
/// the monitor stays away, a server may still start if nobody can have taken its place, or if it can
/// acknowledge nothing without its standbys:
///
/// - `single` and `wait_primary`: nobody is promoted automatically in its place;
/// - `primary` with confirmed standby names: by the quorum rule, if somebody was promoted, too few
///   of those standbys are left to confirm a commit of ours.
///
/// An asynchronous `primary` waits for the monitor, however long.
struct StartGate: Sendable {
  private let startedAt: Duration
  private var isOpen = false

  init(startedAt: Duration) {
    self.startedAt = startedAt
  }

  /// There is a server already: it is adopted, and from now on restarted in place.
  mutating func adopt() { isOpen = true }

  /// The monitor has answered: its goal decides.
  mutating func monitorAnswered() { isOpen = true }

  /// May the server start as a primary?
  func mayStartPrimary(_ state: KeeperState, now: Duration, settings: KeeperSettings) -> Bool {
    if isOpen { return true }
    guard now - startedAt >= settings.startWait else { return false }
    switch state.current {
    case .single, .waitPrimary: return true
    case .primary: return !(state.confirmedStandbyNames ?? "").isEmpty
    default: return false
    }
  }
}
