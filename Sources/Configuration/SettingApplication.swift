/// What makes a changed value of a setting count.
public enum SettingApplication: String, Sendable {
  /// `pg_autoctl reload`; the server goes on undisturbed.
  case reload
  /// The service's next start.
  case restart
  /// Nothing: it was decided when the node or the monitor was created.
  case creation

  /// For the manual.
  public var words: String {
    switch self {
    case .reload: "reload"
    case .restart: "restart of the service"
    case .creation: "never: fixed at creation"
    }
  }
}

extension Configurable {
  /// These settings, with those of another file that a reload applies.
  public func reloading(_ changed: Self) -> Self {
    var result = self
    for setting in Self.settings where setting.application == .reload {
      setting.write(&result, setting.read(changed))
    }
    return result
  }
}

extension Setting {
  /// The same row, with another answer to what makes a change of it count.
  func applied(by application: SettingApplication) -> Setting {
    var row = self
    row.application = application
    return row
  }
}
