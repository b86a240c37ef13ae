/// The clock that a keeper was given: steady time since some origin, and sleep on it.
public struct SteadyClock: Sendable {
  private let read: @Sendable () -> Duration
  private let pause: @Sendable (Duration) async throws -> Void

  /// Wraps a clock; the origin is now.
  public init<C: Clock<Duration>>(_ clock: C) {
    let origin = clock.now
    read = { origin.duration(to: clock.now) }
    pause = { try await clock.sleep(for: $0) }
  }

  /// The machine's own clock, which goes on while the machine is suspended.
  public init() { self.init(ContinuousClock()) }

  /// Time since the origin.
  func now() -> Duration { read() }

  /// Returns when the time is over, or at once when the task is cancelled.
  func sleep(_ duration: Duration) async { try? await pause(duration) }
}
