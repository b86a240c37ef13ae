/// How well a group is prepared, in the words and numbers of plugins for monitoring systems.
enum CheckStatus: String, Sendable {
  case well = "OK"
  case warning = "WARNING"
  case critical = "CRITICAL"
  case unknown = "UNKNOWN"

  /// These numbers are given; in our table they have other meanings too.
  var exit: ExitCodes {
    switch self {
    case .well: .success
    case .warning: .badArguments
    case .critical: .badConfiguration
    case .unknown: .badState
    }
  }
}
