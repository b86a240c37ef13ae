import TestSupport
import Testing

/// Bad input, and what the command must answer to it.
struct Refusal: Sendable, CustomTestStringConvertible {
  /// What is wrong.
  let testDescription: String
  /// The command line after `pg_autoctl`.
  let words: [String]
  /// The exit status that the table of exit codes gives it.
  let status: Int
  /// What standard error must name, in small letters: what happened, and what to do.
  let says: [String]
  /// Run as root?
  let asRoot: Bool

  init(
    _ what: String, _ words: [String], status: Int, says: [String], asRoot: Bool = false
  ) {
    testDescription = what
    self.words = words
    self.status = status
    self.says = says
    self.asRoot = asRoot
  }

  /// Gives the input on a host, and checks the answer.
  func check(on host: VirtualHost, sourceLocation: SourceLocation = #_sourceLocation) async throws {
    let outcome = try await host.run(["pg_autoctl"] + words, asRoot: asRoot, limit: .seconds(60))
    let said = outcome.errorOutput.lowercased()
    #expect(outcome.status == status, "\(outcome.errorOutput)", sourceLocation: sourceLocation)
    for word in says {
      #expect(said.contains(word), "\(outcome.errorOutput)", sourceLocation: sourceLocation)
    }
    #expect(outcome.output.isEmpty, sourceLocation: sourceLocation)
    #expect(!said.contains("fatal error"), sourceLocation: sourceLocation)
  }
}

/// The exit codes of the documented table.
enum ExitCode {
  static let badArguments = 1
  static let badConfiguration = 2
  static let badState = 3
  static let server = 5
  static let monitor = 6
  static let extensionMissing = 13
  static let dropped = 121
}
