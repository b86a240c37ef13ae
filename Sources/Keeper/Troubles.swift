/// What is wrong now, one sentence a subject, and whether it is worth a line in the log.
struct Troubles: Sendable {
  /// What can be wrong, the gravest first: that one is reported.
  enum Subject: Int, CaseIterable, Sendable {
    case fence, unknownNode, identity, stop, stateFile, plan, action, names, server, housekeeping
    /// Not reported: the monitor knows.
    case monitor
  }

  /// What to write into the log.
  enum Line: Equatable, Sendable {
    case wrong(String)
    case over(String)
  }

  private struct Entry {
    var sentence: String
    var saidAt: Duration
  }

  private var entries: [Subject: Entry] = [:]
  /// After what time the same sentence is worth another line.
  var repeatInterval: Duration

  init(repeatInterval: Duration) {
    self.repeatInterval = repeatInterval
  }

  /// The gravest trouble, in one line, for the monitor.
  var gravest: String? {
    Subject.allCases.lazy.filter { $0 != .monitor }.compactMap { self[$0] }.first
  }

  /// The sentence of one subject.
  subscript(subject: Subject) -> String? { entries[subject]?.sentence }

  /// Notes what is wrong, or with `nil` that nothing is any more. The answer is worth a line in the
  /// log: a new sentence, one that has been true for long, or an end.
  mutating func note(_ subject: Subject, _ sentence: String?, now: Duration) -> Line? {
    guard let sentence else {
      return entries.removeValue(forKey: subject).map { .over($0.sentence) }
    }
    let line = String(sentence.map { $0.isNewline ? " " : $0 })
    if let entry = entries[subject], entry.sentence == line, now - entry.saidAt < repeatInterval {
      return nil
    }
    entries[subject] = Entry(sentence: line, saidAt: now)
    return .wrong(line)
  }
}
