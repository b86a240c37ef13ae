import Foundation
import PostgresClient
import Testing

/// A server that is stopped, not dead: the kernel answers for it, and it does not.
@Suite(.server, .serialized) struct HaltedServer {
  @Test func openingAndAskingAreGivenUpInTime() async throws {
    let server = try sharedServer()
    let connection = try await server.connect()
    let pid = try await connection.query("SELECT pg_backend_pid()", timeout: .seconds(5))[0][0]
    let backend = try #require(pid.flatMap { pid_t($0) })
    kill(backend, SIGSTOP)
    try server.halt()
    defer {
      kill(backend, SIGCONT)
      try? server.proceed()
    }
    let asking = try await Duration.of {
      let error = try await failure {
        try await connection.query("SELECT 1", timeout: .milliseconds(300))
      }
      #expect(error.code == .timedOut)
    }
    // The request to cancel is not answered either, and waits only a moment.
    #expect((.milliseconds(300)..<(.seconds(10))).contains(asking))

    let opening = try await Duration.of {
      let error = try await failure {
        try await Connection.open(server.target(), timeout: .milliseconds(300))
      }
      #expect(error.code == .timedOut)
    }
    #expect((.milliseconds(300)..<(.seconds(10))).contains(opening))
  }

  /// More of them than cancel requests may be under way, so that some are not sent.
  @Test func manyGivenUpCallsStayBounded() async throws {
    let server = try sharedServer()
    var connections: [Connection] = []
    for _ in 0..<8 { connections.append(try await server.connect()) }
    try server.halt()
    defer { try? server.proceed() }
    let time = try await Duration.of {
      try await withThrowingTaskGroup { group in
        for connection in connections {
          group.addTask {
            let error = try await failure {
              try await connection.query("SELECT pg_sleep(20)", timeout: .milliseconds(200))
            }
            #expect(error.code == .timedOut)
          }
        }
        try await group.waitForAll()
      }
    }
    #expect(time < .seconds(15))
  }

  @Test func itIsOpenedAgainWhenItGoesOn() async throws {
    let server = try sharedServer()
    try server.halt()
    try server.proceed()
    #expect(await (try server.connect()).isUsable)
  }
}
