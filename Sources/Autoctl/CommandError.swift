internal import Configuration
internal import Keeper
internal import MonitorClient
internal import MonitorHost
internal import PostgresClient
internal import ServerControl

/// Why a command did not do what it was asked: what happened, what to do, and how the program ends.
public struct CommandError: Error, Sendable, Equatable, CustomStringConvertible {
  public var exit: ExitCodes
  /// What happened, in a sentence.
  public var message: String
  /// What to do, in a sentence.
  public var hint: String?

  public init(_ exit: ExitCodes, _ message: String, hint: String? = nil) {
    self.exit = exit
    self.message = message
    self.hint = hint
  }

  public var description: String { hint.map { "\(message) (\($0))" } ?? message }
}

extension CommandError {
  /// What any error that reaches a command means for the one who called it.
  init(_ error: any Error) {
    switch error {
    case let error as CommandError: self = error
    case let error as ConfigurationError:
      self.init(.badConfiguration, error.located, hint: error.hint)
    case let error as MonitorError: self.init(error)
    case let error as ServerError:
      self.init(Self.exit(for: error.code), error.message, hint: error.hint)
    case let error as MonitorSetupError:
      self.init(Self.exit(for: error.code), error.message, hint: error.hint)
    case let error as KeeperError:
      let wasDropped = error.code == .ended(.dropped) || error.code == .ended(.unknownToMonitor)
      self.init(wasDropped ? .dropped : .keeper, error.message, hint: error.hint)
    case let error as StateFileError: self.init(.badState, error.message, hint: error.hint)
    case let error as PidFileError: self.init(.badState, error.message, hint: error.hint)
    case let error as PostgresError: self.init(.postgres, error.message, hint: error.hint)
    case is CancellationError: self.init(.internalError, "The command was interrupted.")
    default: self.init(.internalError, "\(error)")
    }
  }

  private init(_ error: MonitorError) {
    switch error.code {
    case .refused("25006"):
      self.init(
        .monitor, "The server at the monitor's URI is a standby, so it is no monitor.",
        hint: "Correct the monitor's URI.")
    default:
      self.init(
        .monitor, error.message,
        hint: error.hint ?? "Look at the nodes with: pg_autoctl show state.")
    }
  }

  private static func exit(for code: MonitorSetupError.Code) -> ExitCodes {
    switch code {
    case .extensionMissing: .extensionMissing
    case .queryFailed: .postgres
    case .settings: .badConfiguration
    case .server(let code): exit(for: code)
    }
  }

  private static func exit(for code: ServerError.Code) -> ExitCodes {
    switch code {
    case .unusablePrograms, .portInUse, .directoryNotEmpty: .badArguments
    case .wrongSystemIdentifier: .badState
    case .queryFailed: .postgres
    case .programFailed, .notRunning, .fileSystem, .diskFull, .timedOut, .primaryUnreachable:
      .server
    }
  }
}
