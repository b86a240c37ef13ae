import Testing

/// Gives a suite a server that is started before its first test and removed after its last.
struct ServerTrait: SuiteTrait, TestScoping {
  @TaskLocal static var current: ThrowawayServer?

  func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
  ) async throws {
    let server = try ThrowawayServer()
    defer { server.remove() }
    try await Self.$current.withValue(server, operation: function)
  }
}

extension Trait where Self == ServerTrait {
  static var server: Self { ServerTrait() }
}

/// The server of the suite that runs.
func sharedServer() throws -> ThrowawayServer { try #require(ServerTrait.current) }
