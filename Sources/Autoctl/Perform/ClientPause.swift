internal import Logging
internal import MonitorClient
internal import ServerControl

/// Holds clients back by an operator's commands while something is done, and lets them go on whatever
/// came of it.
struct ClientPause: Sendable {
  let pause: OperatorCommand
  let resume: OperatorCommand
  /// The longest time that each of them may take.
  let limit: Duration
  let logger: Logger

  /// Does something while clients wait.
  ///
  /// - Parameters:
  ///   - primary: who takes writes before.
  ///   - leader: who takes writes now, for when it failed; `nil` when nobody can say.
  ///   - work: answers with who takes writes afterwards, beside its own answer.
  func hold<Answer: Sendable>(
    before primary: StateRow?, leader: @escaping @Sendable () async -> StateRow?,
    while work: () async throws -> (primary: StateRow, answer: Answer)
  ) async throws -> Answer {
    let outcome: (primary: StateRow, answer: Answer)
    do {
      logger.info("Holding clients back: \(pause.text)")
      try await pause.run(environment: Self.environment(primary), limit: limit)
      outcome = try await work()
    } catch {
      // Also when it was interrupted: clients would wait for ever.
      let resumption = Task {
        let primary = await leader() ?? primary
        logger.warning("Letting clients go on: \(resume.text)")
        try await resume.run(environment: Self.environment(primary), limit: limit)
      }
      do { try await resumption.value } catch { logger.error("\(Self.stuck(error).message)") }
      throw error
    }
    logger.info("Letting clients go on: \(resume.text)")
    do {
      try await resume.run(environment: Self.environment(outcome.primary), limit: limit)
    } catch {
      throw Self.stuck(error)
    }
    return outcome.answer
  }

  private static func stuck(_ error: any Error) -> CommandError {
    CommandError(
      .server, "Clients may still be held back: \(error)",
      hint: "Let them go on by hand; pg_autoctl show state tells who is primary.")
  }

  /// What the commands are told.
  private static func environment(_ primary: StateRow?) -> [String: String] {
    guard let primary else { return [:] }
    return [
      "PG_AUTOCTL_FORMATION": primary.formation, "PG_AUTOCTL_GROUP": String(primary.groupID),
      "PG_AUTOCTL_PRIMARY_NAME": primary.name, "PG_AUTOCTL_PRIMARY_HOST": primary.host,
      "PG_AUTOCTL_PRIMARY_PORT": String(primary.port),
    ]
  }
}
