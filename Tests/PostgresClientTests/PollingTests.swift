import Foundation
import PostgresClient
import Testing

extension AgainstAServer {
  @Suite struct Polling {
    @Test func aPolledSessionPreparesAsksAndListens() async throws {
      let session = try open(sharedServer().target())
      try session.sendOnce("SELECT $1 || '!'", ["päyload"])
      #expect(try answer(of: session).map { $0[0] } == ["päyload!"])
      try session.sendPreparation(of: "SELECT $1::int + 1 AS next")
      #expect(try answer(of: session).isEmpty)
      for number in [1, 41] {
        try session.send("SELECT $1::int + 1 AS next", [String(number)])
        #expect(try answer(of: session).map { $0["next"] } == [String(number + 1)])
      }
      let prepared = "SELECT count(*) FROM pg_prepared_statements"
      try session.sendOnce(prepared)
      #expect(try answer(of: session).map { $0[0] } == ["1"])

      try session.sendOnce("LISTEN polled")
      _ = try answer(of: session)
      let speaker = try await sharedServer().connect()
      try await speaker.execute("NOTIFY polled, 'heard'", timeout: .seconds(5))
      try wait(for: session, toWrite: false)
      #expect(session.notifications() == [ServerNotification(channel: "polled", payload: "heard")])
      #expect(session.stands)
    }

    @Test func anErrorLeavesThePolledSessionUsable() throws {
      let session = try open(sharedServer().target())
      try session.sendOnce("SELECT 1 / 0")
      let error = try #require(throws: PostgresError.self) { try answer(of: session) }
      #expect(error.sqlState == "22012")
      try session.sendOnce("SELECT 1")
      #expect(try answer(of: session).count == 1)
    }

    @Test func aPolledSessionSeesItsEnd() async throws {
      let session = try open(sharedServer().target())
      let killer = try await sharedServer().connect()
      try await killer.query(
        "SELECT pg_terminate_backend($1)", [String(session.processID)], timeout: .seconds(5))
      // First the server's last words, then the end.
      for _ in 1...2 where session.stands {
        try wait(for: session, toWrite: false)
        #expect(session.notifications().isEmpty)
      }
      #expect(!session.stands)
    }

    @Test func aRefusedPortIsUnreachableForAPolledSession() throws {
      let target = try sharedServer().target(["port": String(freePort())])
      let error = try #require(throws: PostgresError.self) { try open(target) }
      #expect(error.code == .unreachable)
    }

    private func open(_ target: ConnectionString) throws -> DirectSession {
      let session = try DirectSession(beginning: target)
      try wait(for: session, toWrite: true)
      while true {
        switch try session.proceed() {
        case .toRead: try wait(for: session, toWrite: false)
        case .toWrite: try wait(for: session, toWrite: true)
        case .open: return session
        }
      }
    }

    private func answer(of session: DirectSession) throws -> [Row] {
      while !session.isAnswered { try wait(for: session, toWrite: false) }
      return try session.receive()
    }

    private func wait(for session: DirectSession, toWrite: Bool) throws {
      var polled = pollfd(
        fd: session.descriptor, events: Int16(toWrite ? POLLOUT : POLLIN), revents: 0)
      try #require(poll(&polled, 1, 10_000) == 1)
    }
  }
}
