/// A command of the shell that an operator gave, such as one that tells a pooler something.
public struct OperatorCommand: Sendable {
  /// What messages call it, such as the option that it was given with.
  public let name: String
  /// What the shell runs.
  public let text: String

  public init(name: String, text: String) {
    self.name = name
    self.text = text
  }

  /// Runs it to its end.
  ///
  /// - Parameters:
  ///   - environment: variables beside those of this process.
  ///   - limit: the longest time it may take.
  /// - Throws: `timedOut`; `programFailed` with what it printed when its status is not 0.
  public func run(
    environment: [String: String], limit: Duration
  ) async throws(ServerError) {
    let answer = try await ProgramRunner(directory: nil, prefix: []).run(
      "sh", ["-c", text], environment: environment, limit: limit)
    guard answer.succeeded else { throw .program(name, said: answer.output) }
  }
}
