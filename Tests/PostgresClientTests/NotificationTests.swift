import PostgresClient
import Testing

extension AgainstAServer {
  @Suite struct Notifications {
    @Test func aNotificationEndsTheWait() async throws {
      let (listener, speaker) = try await pair("wake")
      async let heard = listener.waitForNotification(atMost: .seconds(30))
      try await speaker.query("SELECT pg_notify('wake', $1)", ["päyload"], timeout: .seconds(5))
      #expect(try await heard == ServerNotification(channel: "wake", payload: "päyload"))
    }

    @Test func silenceEndsWithTheTime() async throws {
      let (listener, _) = try await pair("silence")
      let time = try await Duration.of {
        let heard = try await listener.waitForNotification(atMost: .milliseconds(200))
        #expect(heard == nil)
      }
      #expect((.milliseconds(200)..<(.seconds(10))).contains(time))
      #expect(try await listener.waitForNotification(atMost: .zero) == nil)
    }

    @Test func notificationsDuringOtherCallsAreKeptInOrder() async throws {
      let (listener, speaker) = try await pair("kept")
      for payload in ["1", "2", "3"] {
        try await speaker.query("SELECT pg_notify('kept', $1)", [payload], timeout: .seconds(5))
        try await listener.query("SELECT 1", timeout: .seconds(5))
      }
      var heard: [String] = []
      while let next = try await listener.waitForNotification(atMost: .milliseconds(100)) {
        heard.append(next.payload)
      }
      #expect(heard == ["1", "2", "3"])
    }

    @Test func aCallDoesNotWaitForAWaiter() async throws {
      let (listener, speaker) = try await pair("between")
      async let heard = listener.waitForNotification(atMost: .seconds(30))
      let time = try await Duration.of {
        for _ in 0..<20 { try await listener.query("SELECT 1", timeout: .seconds(5)) }
      }
      #expect(time < .seconds(10))
      try await speaker.execute("NOTIFY between, 'after all'", timeout: .seconds(5))
      #expect(try await heard?.payload == "after all")
    }

    @Test func cancellingTheTaskEndsTheWait() async throws {
      let (listener, _) = try await pair("cancelled")
      let time = try await Duration.of {
        let waiting = Task { try await listener.waitForNotification(atMost: .seconds(30)) }
        // The call gets its turn only between two waits: the wait has begun or will see the flag.
        try await listener.query("SELECT 1", timeout: .seconds(5))
        waiting.cancel()
        let heard = try await waiting.value
        #expect(heard == nil)
      }
      #expect(time < .seconds(10))
      #expect(await listener.isUsable)
    }

    @Test func aLostOrClosedConnectionEndsTheWait() async throws {
      let (listener, speaker) = try await pair("lost")
      let pid = try await listener.query("SELECT pg_backend_pid()", timeout: .seconds(5))[0][0]
      async let ending = failure {
        try await listener.waitForNotification(atMost: .seconds(30)) as Any
      }
      try await speaker.query("SELECT pg_terminate_backend($1)", [pid], timeout: .seconds(5))
      #expect(try await ending.code == .connectionLost)

      let closing = speaker
      let closed = Task {
        try await failure { try await closing.waitForNotification(atMost: .seconds(30)) as Any }
      }
      let time = try await Duration.of {
        await closing.close()
        let error = try await closed.value
        #expect(error.code == .connectionLost)
      }
      #expect(time < .seconds(10))
    }

    private func pair(_ channel: String) async throws -> (Connection, Connection) {
      let listener = try await sharedServer().connect()
      try await listener.execute("LISTEN \(channel)", timeout: .seconds(5))
      return (listener, try await sharedServer().connect())
    }
  }
}
