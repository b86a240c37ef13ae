internal import Failover
internal import ServerControl

extension KeeperService {
  /// Must the server be stopped and stay so, whatever the state says? Because nobody was heard, or
  /// because the monitor does not know this node: another one may have its place.
  var isHalted: Bool {
    isFenced || (unknownAnswers > 0 && state.current.server == .primary)
  }

  /// Stops a server that must not run. It looks at nothing but what is known, so that neither a
  /// silent monitor nor a long action stands in its way.
  func enforceStop() async {
    if !isFenced, fencing.mustStop(state.current, now: clock.now()), mayHaveServer { await fence() }
    trouble(.fence, isFenced ? fencedSentence : nil)
    guard isHalted, seen.process.exists, stopping == nil, troubles[.identity] == nil,
      // A checkpoint that comes before a stop is no reason to wait: it ends with the server.
      action.map({ $0.isHousekeeping || $0.step != .stopServer }) ?? true
    else { return }
    action?.task?.cancel()
    stopping = Task {
      do throws(ServerError) {
        try await server.stop()
        trouble(.stop, nil)
      } catch {
        trouble(.stop, "\(error)")
      }
      isSeenStale = true
      stopping = nil
      wake.signal()
    }
  }

  /// Is a primary's server kept from starting until the monitor has answered?
  func isStartWithheld(now: Duration) -> Bool {
    state.current.server == .primary && seen.process == .stopped
      && !gate.mayStartPrimary(state, now: now, settings: settings)
  }

  /// Does a server run, or is one about to?
  private var mayHaveServer: Bool {
    seen.process.exists
      || gate.mayStartPrimary(state, now: clock.now(), settings: settings)
  }

  /// From here on the server stays stopped until the monitor answers. That is on disk before the
  /// server stops; but a disk that hangs does not keep a server going.
  private func fence() async {
    isFenced = true
    trouble(.fence, fencedSentence)
    action?.task?.cancel()
    // The action that is under way may reach a state without a primary meanwhile: that one has no fence.
    let saving = Task { _ = try? await remember { $0.isFenced = $0.current.takesWrites } }
    await wait(for: saving)
  }

  private var fencedSentence: String {
    """
    Neither the monitor nor a standby was heard for \(settings.partitionTimeout.inSeconds): the \
    server stays stopped until the monitor answers, because another node may be the primary by now.
    """
  }

  /// Waits for work that may be stuck, with patience and no longer; it goes on by itself.
  func wait(for work: Task<Void, Never>) async {
    let isDone = WakeSignal()
    Task {
      await work.value
      isDone.signal()
    }
    let (clock, patience) = (clock, settings.patience)
    await firstOf({ await isDone.wait() }, { await clock.sleep(patience) })
  }

  /// The monitor has answered with a goal that takes writes, so that nobody has taken this node's place;
  /// or the node is in a state that takes none, so that there is nothing to hold back.
  func liftFence() async {
    guard (try? await remember { $0.isFenced = false }) != nil else { return }
    isFenced = false
    trouble(.fence, nil)
  }
}

extension Duration {
  /// A duration for people: `5 s`, `0.5 s`.
  var inSeconds: String {
    let seconds = Double(components.seconds) + Double(components.attoseconds) / 1e18
    return seconds == seconds.rounded() ? "\(Int(seconds)) s" : "\(seconds) s"
  }
}
