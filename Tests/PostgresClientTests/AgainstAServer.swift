import Testing

/// Everything that needs a server shares one.
@Suite(.server) struct AgainstAServer {}

extension Duration {
  /// How long an operation takes.
  static func of(_ operation: () async throws -> Void) async throws -> Duration {
    let start = ContinuousClock.now
    try await operation()
    return ContinuousClock.now - start
  }
}
