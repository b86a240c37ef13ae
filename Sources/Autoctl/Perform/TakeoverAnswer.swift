internal import MonitorClient

/// Who is primary now, and how long it took.
struct TakeoverAnswer: Displayable, Equatable {
  /// `nil` when nobody waited for it.
  var primary: StateRow?
  /// The time until the new primary took writes.
  var writable: Duration?
  /// The time until a standby confirmed its commits again.
  var whole: Duration?

  var text: String { "" }

  var json: JSONValue {
    .object([
      .init("primary", .optional(primary?.name)),
      .init("node_id", primary.map { .integer($0.nodeID) } ?? .null),
      .init("writable_after_ms", Self.milliseconds(writable)),
      .init("primary_after_ms", Self.milliseconds(whole)),
    ])
  }

  private static func milliseconds(_ duration: Duration?) -> JSONValue {
    duration.map { .integer($0.inMilliseconds) } ?? .null
  }
}
