import PostgresClient
import Testing

extension AgainstAServer {
  @Suite struct Opening {
    @Test func aServerThatAnswersIsOpenedAndClosed() async throws {
      let connection = try await sharedServer().connect()
      #expect(await connection.isUsable)
      await connection.close()
      #expect(await connection.isUsable == false)
      let error = try await failure { try await connection.query("SELECT 1", timeout: .seconds(5)) }
      #expect(error.code == .connectionLost)
    }

    @Test func aRefusedPortIsUnreachableAtOnce() async throws {
      let target = try sharedServer().target(["port": String(freePort())])
      let time = try await Duration.of {
        let error = try await failure { try await Connection.open(target, timeout: .seconds(10)) }
        #expect(error.code == .unreachable)
        #expect(error.message.contains("refused"))
      }
      #expect(time < .seconds(15))
    }

    @Test func aNameThatDoesNotResolveIsUnreachable() async throws {
      let target = ConnectionString(["host": "no-such-host.invalid", "dbname": "d"])
      let error = try await failure { try await Connection.open(target, timeout: .seconds(20)) }
      #expect(error.code == .unreachable || error.code == .timedOut)
      #expect(error.message.contains("no-such-host.invalid"))
    }

    @Test func aMuteServerIsGivenUpInTime() async throws {
      let mute = try MuteListener()
      let target = try sharedServer().target(["port": String(mute.port)])
      let time = try await Duration.of {
        let error = try await failure {
          try await Connection.open(target, timeout: .milliseconds(300))
        }
        #expect(error.code == .timedOut)
        #expect(error.message.contains("300 ms"))
      }
      #expect((.milliseconds(300)..<(.seconds(10))).contains(time))
    }

    @Test func aMuteFirstHostLeavesTimeForTheSecond() async throws {
      let mute = try MuteListener()
      let server = try sharedServer()
      let target = server.target([
        "host": "127.0.0.1,127.0.0.1", "port": "\(mute.port),\(server.port)",
        "target_session_attrs": "read-write",
      ])
      let connection = try await Connection.open(target, timeout: .seconds(20))
      let rows = try await connection.query("SHOW port", timeout: .seconds(5))
      #expect(rows.first?["port"] == String(server.port))
    }

    @Test func noStandbyIsNeededWhereOneIsPreferred() async throws {
      let connection = try await sharedServer().connect(["target_session_attrs": "prefer-standby"])
      #expect(await connection.isUsable)
      let target = try sharedServer().target(["target_session_attrs": "standby"])
      let error = try await failure { try await Connection.open(target, timeout: .seconds(5)) }
      #expect(error.code == .unreachable)
    }

    @Test func aWrongPasswordIsTold() async throws {
      let administrator = try await sharedServer().connect()
      try await administrator.execute(
        """
        SET password_encryption = 'scram-sha-256';
        CREATE ROLE needs_password LOGIN PASSWORD 'right one';
        CREATE ROLE turned_away LOGIN;
        """, timeout: .seconds(10))
      let right = try await sharedServer().connect([
        "user": "needs_password", "password": "right one",
      ])
      #expect(await right.isUsable)

      let wrong = try sharedServer().target(["user": "needs_password", "password": "wr0ng"])
      let refused = try await failure { try await Connection.open(wrong, timeout: .seconds(5)) }
      #expect(refused.code == .authenticationFailed)
      #expect(refused.sqlState == SQLState.invalidPassword)
      #expect(!"\(refused)".contains("wr0ng"))

      var none = wrong
      none["password"] = nil
      none["passfile"] = "/nowhere/.pgpass"
      let missing = try await failure { try await Connection.open(none, timeout: .seconds(5)) }
      #expect(missing.code == .authenticationFailed)

      let away = try sharedServer().target(["user": "turned_away"])
      let rejected = try await failure { try await Connection.open(away, timeout: .seconds(5)) }
      #expect(rejected.code == .authenticationFailed)
      #expect(rejected.sqlState == SQLState.invalidAuthorization)
    }

    @Test func anUnknownDatabaseIsToldByItsCode() async throws {
      let target = try sharedServer().target(["dbname": "no such"])
      let error = try await failure { try await Connection.open(target, timeout: .seconds(5)) }
      #expect(error.code == .unreachable)
      #expect(error.sqlState == SQLState.invalidCatalogName)
      #expect(error.message.contains("no such"))
      #expect(!error.message.contains("3D000"))
    }

    @Test(arguments: [["sslmode": "perhaps"], ["port": "many"], ["colour": "blue"]])
    func anImpossibleSettingIsNotTried(change: [String: String]) async throws {
      let target = try sharedServer().target(change)
      let error = try await failure { try await Connection.open(target, timeout: .seconds(5)) }
      #expect(error.code == .badConnectionString)
    }
  }
}

/// The error that an operation must end with.
func failure(_ operation: () async throws -> Any) async throws -> PostgresError {
  try await #require(throws: PostgresError.self) { _ = try await operation() }
}
