/// A key of a configuration file: reading, checking, writing and the manual all come from this row.
public struct Setting<Subject>: Sendable {
  /// The TOML table it stands in.
  public let table: String
  public let key: String
  /// What its value may be.
  public let kind: SettingKind
  /// The unit of a number.
  public let unit: String?
  /// Must it be there?
  public let isRequired: Bool
  /// What it is for, in a sentence.
  public let means: String
  let read: @Sendable (Subject) -> SettingValue
  let write: @Sendable (inout Subject, SettingValue) -> Void
  /// What makes a change of it count.
  public internal(set) var application = SettingApplication.restart

  /// Where the value lies in the subject.
  typealias Path<Value> = any WritableKeyPath<Subject, Value> & Sendable

  /// `table.key`, for messages.
  public var name: String { "\(table).\(key)" }

  /// What it is for and in which unit, as the file says it above the key.
  var explanation: String { means + (unit.map { " In \($0)." } ?? "") }
}

extension Setting {
  /// A text.
  init(
    _ table: String, _ key: String, _ path: Path<String>,
    _ kind: SettingKind = .text, isRequired: Bool = false, means: String
  ) {
    self.init(
      table: table, key: key, kind: kind, unit: nil, isRequired: isRequired, means: means,
      read: { .text($0[keyPath: path]) },
      write: { subject, value in
        if case .text(let text) = value { subject[keyPath: path] = text }
      })
  }

  /// A whole number.
  init(
    _ table: String, _ key: String, _ path: Path<Int>,
    _ range: ClosedRange<Int>, unit: String? = nil, means: String
  ) {
    self.init(
      table: table, key: key, kind: .integer(range), unit: unit, isRequired: false, means: means,
      read: { .integer($0[keyPath: path]) },
      write: { subject, value in
        if case .integer(let number) = value { subject[keyPath: path] = number }
      })
  }

  /// A time in whole seconds.
  init(
    _ table: String, _ key: String, _ path: Path<Duration>,
    _ range: ClosedRange<Int>, means: String
  ) {
    self.init(
      table: table, key: key, kind: .integer(range), unit: "seconds", isRequired: false,
      means: means,
      read: { .integer(Int($0[keyPath: path].components.seconds)) },
      write: { subject, value in
        if case .integer(let number) = value { subject[keyPath: path] = .seconds(number) }
      })
  }

  /// A yes or no.
  init(
    _ table: String, _ key: String, _ path: Path<Bool>,
    means: String
  ) {
    self.init(
      table: table, key: key, kind: .boolean, unit: nil, isRequired: false, means: means,
      read: { .boolean($0[keyPath: path]) },
      write: { subject, value in
        if case .boolean(let truth) = value { subject[keyPath: path] = truth }
      })
  }

  /// One of the words of an enumeration.
  init<Word>(
    _ table: String, _ key: String, _ path: Path<Word>,
    means: String
  ) where Word: RawRepresentable<String> & CaseIterable & Sendable {
    self.init(
      table: table, key: key, kind: .choice(Word.allCases.map(\.rawValue)), unit: nil,
      isRequired: false, means: means,
      read: { .text($0[keyPath: path].rawValue) },
      write: { subject, value in
        if case .text(let text) = value, let word = Word(rawValue: text) {
          subject[keyPath: path] = word
        }
      })
  }
}
