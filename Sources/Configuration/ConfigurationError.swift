/// Why a configuration file cannot be used, or where its place cannot be told.
public struct ConfigurationError: Error, Sendable, Equatable, CustomStringConvertible {
  public enum Code: Sendable, Equatable {
    /// The file is not TOML.
    case syntax
    /// A table or a key that does not exist.
    case unknownKey
    /// A value of the wrong type, or out of its range.
    case badValue
    /// A key that must be there is not.
    case missingKey
    /// There is no such file.
    case noFile
    /// The file could not be read or written.
    case fileSystem
    /// The environment does not say where files belong.
    case noHome
  }

  public var code: Code
  /// The file, where one is at fault.
  public var file: String?
  /// The line, counted from 1, where one is at fault.
  public var line: Int?
  /// What happened, in a sentence.
  public var message: String
  /// What to do, in a sentence.
  public var hint: String?

  public init(
    code: Code, file: String? = nil, line: Int? = nil, message: String, hint: String? = nil
  ) {
    self.code = code
    self.file = file
    self.line = line
    self.message = message
    self.hint = hint
  }

  /// `file:line: what happened`, as compilers write it, so that editors can jump there.
  public var located: String {
    guard let file else { return message }
    return line.map { "\(file):\($0): \(message)" } ?? "\(file): \(message)"
  }

  public var description: String { hint.map { "\(located) (\($0))" } ?? located }
}
