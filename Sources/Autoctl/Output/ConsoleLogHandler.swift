internal import Glibc
internal import Logging

/// Writes log lines as `HH:MM:SS PID LEVEL  message`, coloured where people watch.
struct ConsoleLogHandler: LogHandler {
  var metadata: Logger.Metadata = [:]
  var logLevel: Logger.Level
  private let output: any Output
  private let isColoured: Bool
  private let clock: @Sendable () -> String

  /// Lines of this level and above are written.
  init(
    level: Logger.Level, output: any Output,
    clock: @escaping @Sendable () -> String = ConsoleLogHandler.timeOfDay
  ) {
    logLevel = level
    self.output = output
    self.clock = clock
    isColoured = output.noteIsWatched
  }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    let notes = metadata.merging(event.metadata ?? [:]) { _, own in own }
      .sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    let suffix = notes.isEmpty ? "" : " (\(notes.joined(separator: ", ")))"
    let level = Self.name(of: event.level)
    let shown = isColoured ? Self.colour(of: event.level) + level + "\u{1B}[0m" : level
    // The progress of long work may stand on the line.
    let start = isColoured ? Terminal.clearLine : ""
    let words = "\(event.message)\(suffix)".plain(keeping: ["\n", "\t"])
    output.note("\(start)\(clock()) \(getpid()) \(shown)  \(words)\n")
  }

  /// The local time of day.
  static let timeOfDay: @Sendable () -> String = {
    var now = time(nil)
    var parts = tm()
    localtime_r(&now, &parts)
    return [parts.tm_hour, parts.tm_min, parts.tm_sec]
      .map { ($0 < 10 ? "0" : "") + String($0) }.joined(separator: ":")
  }

  private static func name(of level: Logger.Level) -> String {
    switch level {
    case .trace: "TRACE"
    case .debug: "DEBUG"
    case .info, .notice: "INFO "
    case .warning: "WARN "
    case .error: "ERROR"
    case .critical: "FATAL"
    }
  }

  private static func colour(of level: Logger.Level) -> String {
    switch level {
    case .trace, .debug: "\u{1B}[36m"
    case .info, .notice: "\u{1B}[32m"
    case .warning: "\u{1B}[33m"
    case .error, .critical: "\u{1B}[31m"
    }
  }
}
