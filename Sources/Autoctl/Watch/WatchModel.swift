internal import MonitorClient

/// What there is to see: what the monitor told last.
struct WatchModel: Sendable, Equatable {
  /// All formations, in the order of their names.
  var formations: [String]
  /// The one that is shown.
  var formation: String
  var nodes: [StateRow] = []
  /// Oldest first.
  var events: [EventRow] = []
  /// What elections wait for, in sentences.
  var waits: [String] = []
  /// Why the monitor tells nothing now, since when, and for how long.
  var trouble: Trouble?

  struct Trouble: Sendable, Equatable {
    var sentence: String
    /// The time of day when it began.
    var since: String
    var age: Duration
  }
}

/// How a person looks at it.
struct WatchView: Sendable, Equatable {
  /// How many events back from the newest the list ends.
  var scrolledBack = 0
  var showsKeys = false

  /// Moves as a key says; `page` is how many events fit on the screen.
  mutating func move(_ key: WatchKey, page: Int, of count: Int) {
    switch key {
    case .up: scrolledBack += 1
    case .down: scrolledBack -= 1
    case .pageUp: scrolledBack += max(1, page)
    case .pageDown: scrolledBack -= max(1, page)
    case .home: scrolledBack = count
    case .end: scrolledBack = 0
    case .keys: showsKeys.toggle()
    case .quit, .nextFormation, .previousFormation, .redraw: break
    }
    scrolledBack = min(max(0, scrolledBack), max(0, count - max(1, page)))
  }
}
