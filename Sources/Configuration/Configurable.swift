/// Something whose settings stand in a configuration file. A fresh value holds the defaults.
public protocol Configurable: Sendable, Equatable {
  init()
  /// Every key of the file, in the order in which they are written.
  static var settings: [Setting<Self>] { get }
  /// What kind of file it is: the value of `pg_autoctl.role`.
  static var role: ConfigurationRole { get }
}

/// Whom a configuration file is for.
public enum ConfigurationRole: String, CaseIterable, Sendable {
  case keeper
  case monitor
}
