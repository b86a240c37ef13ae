public import ArgumentParser
internal import Logging

/// The options that every command takes, before its name or after.
public struct GlobalOptions: ParsableArguments {
  @Flag(name: .shortAndLong, help: "Log errors only.")
  public var quiet = false

  @Flag(name: .shortAndLong, help: "Log more; given twice, log everything.")
  public var verbose: Int

  @Flag(name: [.customShort("J"), .long], help: "Answer in JSON.")
  public var json = false

  public init() {}

  /// What is logged.
  var level: Logger.Level {
    if quiet { return .error }
    return switch verbose {
    case 0: .info
    case 1: .debug
    default: .trace
    }
  }

  var format: OutputFormat { json ? .json : .text }
}
