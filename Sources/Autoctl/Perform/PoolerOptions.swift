internal import ArgumentParser
internal import ServerControl

/// `--pause-command` and `--resume-command`: clients wait, rather than fail, while the primary's role
/// changes hands.
struct PoolerOptions: ParsableArguments {
  @Option(
    help: .init(
      "A command of the shell that has poolers hold their clients back, before anything changes.",
      valueName: "command"))
  var pauseCommand: String?

  @Option(
    help: .init(
      "A command of the shell that sends clients to $PG_AUTOCTL_PRIMARY_HOST and _PORT and lets "
        + "them go on, also when nobody took over.", valueName: "command"))
  var resumeCommand: String?

  func validate() throws {
    if (pauseCommand == nil) != (resumeCommand == nil) {
      throw ValidationError("--pause-command and --resume-command need each other: give both.")
    }
  }

  /// The pause that they ask for, if they do.
  func pause(atMost limit: Duration, in context: CommandContext) -> ClientPause? {
    guard let pauseCommand, let resumeCommand else { return nil }
    return ClientPause(
      pause: .init(name: "--pause-command", text: pauseCommand),
      resume: .init(name: "--resume-command", text: resumeCommand), limit: limit,
      logger: context.logger)
  }

  /// Whoever holds clients back must wait for the end.
  func requireWait(_ wait: WaitOption) throws {
    if pauseCommand != nil, wait.limit == .zero {
      throw ValidationError("--pause-command needs a --wait that is longer than 0.")
    }
  }
}
