internal import Configuration
internal import Glibc
internal import Logging
internal import MonitorClient
internal import PostgresClient
internal import UnixSignals

extension CommandContext {
  /// The real world.
  static func live(_ options: GlobalOptions, output: any Output) -> CommandContext {
    let user = UserAccount.current
    let level = options.level
    return CommandContext(
      environment: environment(), workingDirectory: workingDirectory(), userID: user.id,
      userName: user.name, hostName: hostName(), programPath: programPath(), output: output,
      format: options.format,
      logger: Logger(label: "pg_autoctl") { _ in ConsoleLogHandler(level: level, output: output) },
      clock: ContinuousClock(),
      monitors: { target, logger in
        SQLMonitor(target, applicationName: "pg_autoctl", callTimeout: .seconds(10)) { notice in
          logger.warning("The monitor says: \(notice.message)")
        }
      },
      asks: Terminal.isTerminal(0) ? Terminal.ask : nil,
      untilInterrupted: Self.performUntilInterrupted)
  }

  private static func environment() -> [String: String] {
    var result: [String: String] = [:]
    var entry = environ
    while let text = entry.pointee {
      let words = String(cString: text).split(separator: "=", maxSplits: 1)
      if words.count == 2 { result[String(words[0])] = String(words[1]) }
      entry += 1
    }
    return result
  }

  private static func workingDirectory() -> String {
    guard let pointer = getcwd(nil, 0) else { return "/" }
    defer { free(pointer) }
    return String(cString: pointer)
  }

  private static func hostName() -> String {
    var buffer = [CChar](repeating: 0, count: 256)
    guard gethostname(&buffer, buffer.count - 1) == 0 else { return "localhost" }
    return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  private static func programPath() -> String {
    guard let pointer = realpath("/proc/self/exe", nil) else { return "pg_autoctl" }
    defer { free(pointer) }
    return String(cString: pointer)
  }

  /// Ends the work on SIGINT and SIGTERM, as a person who watches expects.
  private static let performUntilInterrupted:
    @Sendable (_ work: @escaping @Sendable () async throws -> Void) async throws -> Void = { work in
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
          do {
            try await work()
          } catch is CancellationError {}
        }
        group.addTask {
          for await _ in await UnixSignalsSequence(trapping: .sigint, .sigterm) { return }
        }
        try await group.next()
        group.cancelAll()
        while (try await group.next()) != nil {}
      }
    }
}
