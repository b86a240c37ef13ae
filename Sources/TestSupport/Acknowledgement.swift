internal import LineFile

/// A moment on the machine's steady clock, which all its processes share, in nanoseconds.
public struct Moment: Sendable, Hashable, Comparable, Codable {
  /// Nanoseconds since the machine was started.
  public let nanoseconds: Int64

  /// A moment so many nanoseconds after the machine was started.
  public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

  /// This moment.
  public static var now: Moment {
    Moment(nanoseconds: steadyNanoseconds())
  }

  /// Which one is earlier?
  public static func < (left: Moment, right: Moment) -> Bool {
    left.nanoseconds < right.nanoseconds
  }

  /// The time from one to the other.
  public static func - (later: Moment, earlier: Moment) -> Duration {
    .nanoseconds(later.nanoseconds - earlier.nanoseconds)
  }
}

/// A write that a server has acknowledged: a line of the writer's file.
public struct Acknowledgement: Sendable, Hashable, Codable {
  /// The row's number, never used twice.
  public let id: Int64
  /// When the client sent it, in nanoseconds of the steady clock.
  public let sent: Int64
  /// When the client was told that it is committed.
  public let acknowledged: Int64
  /// The address of the server that said so.
  public let server: String
  /// The timeline that the server was on.
  public let timeline: Int

  /// A write that was acknowledged.
  public init(id: Int64, sent: Int64, acknowledged: Int64, server: String, timeline: Int) {
    self.id = id
    self.sent = sent
    self.acknowledged = acknowledged
    self.server = server
    self.timeline = timeline
  }
}
