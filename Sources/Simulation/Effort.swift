internal import ServerControl

/// A command under way, for a keeper that waits for it. Once the keeper has gone or given it up, its
/// further stages are not begun.
final class Effort<Answer: Sendable> {
  typealias Outcome = Result<Answer, ServerError>

  private let wait: Wait<Outcome>

  init(_ life: Life) {
    wait = Wait(life, otherwise: .failure(.cutShort))
  }

  /// Does nobody wait any more?
  var isOver: Bool { wait.isOver }

  func finish(_ answer: Answer) { wait.end(with: .success(answer)) }
  func fail(_ code: ServerError.Code, _ message: String) {
    wait.end(with: .failure(ServerError(code: code, message: message)))
  }

  func result() async throws(ServerError) -> Answer { try await wait.value.get() }
}

extension Effort where Answer == Void {
  func finish() { finish(()) }
}

extension ServerError {
  static let cutShort = ServerError(code: .timedOut, message: "The action was cut short.")
}
