import PostgresClient
import Synchronization
import Testing

extension AgainstAServer {
  @Suite struct Queries {
    @Test func parametersAndNullsArriveAsTheyAre() async throws {
      let connection = try await sharedServer().connect()
      let awkward = #"it's "a" \ b; -- ü😀"#
      let rows = try await connection.query(
        "SELECT $1::text AS t, $2::int IS NULL AS n, $3::bigint AS b", [awkward, nil, "-5"],
        timeout: .seconds(5))
      #expect(rows.count == 1)
      #expect(try rows[0].text("t") == awkward)
      #expect(try rows[0].boolean("n"))
      #expect(try rows[0].integer("b") == -5)
      #expect(rows[0].columns == ["t", "n", "b"])
    }

    @Test func aLargeAnswerAndALargeQuestionPass() async throws {
      let connection = try await sharedServer().connect()
      let large = String(repeating: "x", count: 8_000_000)
      let rows = try await connection.query(
        "SELECT length($1) AS l, $1 || g AS t FROM generate_series(1, 3) g", [large],
        timeout: .seconds(60))
      #expect(rows.count == 3)
      #expect(try rows[2].text("t").utf8.count == 8_000_001)
    }

    @Test func anErrorTellsAllButParametersAndTheConnectionStays() async throws {
      let connection = try await sharedServer().connect()
      let raise = """
        DO $$ BEGIN RAISE EXCEPTION 'no primary yet' USING ERRCODE = '55006',
        DETAIL = 'a detail', HINT = 'a hint'; END $$
        """
      let error = try await failure { try await connection.query(raise, timeout: .seconds(5)) }
      #expect(error.code == .queryFailed)
      #expect(error.sqlState == SQLState.objectInUse)
      #expect(error.message == "no primary yet")
      #expect(error.detail == "a detail")
      #expect(error.hint == "a hint")
      #expect(error.statement == raise)

      let wrong = try await failure {
        try await connection.query("SELECT length($1::int[])", ["s3cret"], timeout: .seconds(5))
      }
      #expect(wrong.statement == "SELECT length($1::int[])")

      let zero = try await failure {
        try await connection.query("SELECT $1", ["a\0b"], timeout: .seconds(5))
      }
      #expect(zero.code == .queryFailed)
      #expect(try await connection.query("SELECT 1", timeout: .seconds(5))[0][0] == "1")
    }

    @Test func aRepeatedStatementIsPreparedOnceAndFollowsItsFunction() async throws {
      let connection = try await sharedServer().connect()
      func make(_ columns: String, _ body: String) async throws {
        try await connection.execute(
          """
          DROP FUNCTION IF EXISTS pg_temp.answer(text);
          CREATE FUNCTION pg_temp.answer(given text, \(columns)) LANGUAGE sql AS $$ \(body) $$
          """, timeout: .seconds(5))
      }
      func ask(_ word: String) async throws -> Row {
        try await connection.query(
          "SELECT * FROM pg_temp.answer($1)", [word], timeout: .seconds(5), isRepeated: true)[0]
      }
      func prepared() async throws -> String? {
        try await connection.query(
          "SELECT string_agg(name, ' ' ORDER BY name) FROM pg_prepared_statements",
          timeout: .seconds(5))[0][0]
      }
      try await make("OUT first text", "SELECT given")
      #expect(try await ask("a").text("first") == "a")
      #expect(try await prepared() == nil)
      for word in ["b", "c"] { #expect(try await ask(word).text("first") == word) }
      #expect(try await prepared() == "statement_1")
      // As an update of the extension does.
      try await make("OUT first text, OUT second int", "SELECT given, 2")
      #expect(try await ask("c").integer("second") == 2)
      #expect(try await ask("d").text("first") == "d")
      #expect(try await prepared() == "statement_1 statement_2")
      try await connection.execute("DEALLOCATE ALL", timeout: .seconds(5))
      #expect(try await ask("e").text("first") == "e")
      let wrong = try await failure { try await ask("a\0b") }
      #expect(wrong.code == .queryFailed)
    }

    @Test func aRepeatedStatementKeepsItsTime() async throws {
      let connection = try await sharedServer().connect()
      func sleep(_ seconds: String) async throws {
        try await connection.query(
          "SELECT pg_sleep($1::int)", [seconds], timeout: .milliseconds(900), isRepeated: true)
      }
      try await sleep("0")
      let late = try await failure { try await sleep("60") }
      #expect(late.code == .timedOut)
      #expect(late.message.contains("900 ms"))
    }

    @Test func aStatementWithAPasswordIsNotRepeated() async throws {
      let connection = try await sharedServer().connect()
      let error = try await failure {
        try await connection.execute(
          "ALTER ROLE nobody_here PASSWORD 's3cret'", timeout: .seconds(5))
      }
      #expect(error.code == .queryFailed)
      #expect(error.statement?.contains("s3cret") == false)
    }

    @Test func severalStatementsAreOneCall() async throws {
      let connection = try await sharedServer().connect()
      try await connection.execute(
        "CREATE TEMPORARY TABLE t (x int); INSERT INTO t VALUES (1), (2)", timeout: .seconds(5))
      let rows = try await connection.simpleQuery(
        "SELECT 'lost'; SELECT x FROM t ORDER BY x; RESET search_path", timeout: .seconds(5))
      #expect(rows.map { $0["x"] } == ["1", "2"])
      let error = try await failure {
        try await connection.execute("SELECT 1; SELECT 1 / 0; SELECT 2", timeout: .seconds(5))
      }
      #expect(error.sqlState == "22012")
    }

    @Test func replicationConnectionsAreAsked() async throws {
      let connection = try await sharedServer().connect(["replication": "true"])
      let rows = try await connection.simpleQuery("IDENTIFY_SYSTEM", timeout: .seconds(5))
      #expect(try rows[0].integer("timeline") == 1)
      #expect(try rows[0].integer("systemid") > 0)
    }

    @Test func copyingEndsTheConnectionInsteadOfHanging() async throws {
      let connection = try await sharedServer().connect()
      let error = try await failure {
        try await connection.execute("COPY (SELECT 1) TO STDOUT", timeout: .seconds(5))
      }
      #expect(error.code == .unexpectedResult)
      #expect(await connection.isUsable == false)
    }

    @Test func noticesGoToTheirHandler() async throws {
      let heard = Mutex<[ServerNotice]>([])
      let connection = try await Connection.open(
        sharedServer().target(), timeout: .seconds(5),
        notices: { notice in
          heard.withLock { $0.append(notice) }
        })
      try await connection.execute(
        "DO $$ BEGIN RAISE WARNING 'careful' USING ERRCODE = '55000', HINT = 'look'; END $$",
        timeout: .seconds(5))
      let notice = heard.withLock { $0.first }
      #expect(notice?.message == "careful")
      #expect(notice?.sqlState == SQLState.objectNotInPrerequisiteState)
      #expect(notice?.hint == "look")
    }

    @Test func aSlowStatementIsCancelledInTime() async throws {
      let connection = try await sharedServer().connect()
      let mark = "slow statement of a test"
      let time = try await Duration.of {
        let error = try await failure {
          try await connection.query(
            "SELECT pg_sleep(60) /* \(mark) */", timeout: .milliseconds(300))
        }
        #expect(error.code == .timedOut)
        #expect(error.message.contains("300 ms"))
      }
      #expect((.milliseconds(300)..<(.seconds(10))).contains(time))
      #expect(await connection.isUsable == false)

      // The server was told too: it stops the statement, long before its minute is over.
      let other = try await sharedServer().connect()
      try await other.execute(
        """
        DO $$ BEGIN
          FOR i IN 1..1000 LOOP
            PERFORM pg_stat_clear_snapshot();
            EXIT WHEN NOT EXISTS (
              SELECT FROM pg_stat_activity
              WHERE query LIKE '%\(mark)%' AND state = 'active' AND pid <> pg_backend_pid());
            PERFORM pg_sleep(0.01);
          END LOOP;
          IF EXISTS (
            SELECT FROM pg_stat_activity
            WHERE query LIKE '%\(mark)%' AND state = 'active' AND pid <> pg_backend_pid())
          THEN RAISE EXCEPTION 'the statement is still running'; END IF;
        END $$
        """, timeout: .seconds(20))
    }

    @Test func aTerminatedSessionIsLostAndNoticed() async throws {
      let connection = try await sharedServer().connect()
      let pid = try await connection.query("SELECT pg_backend_pid()", timeout: .seconds(5))[0][0]
      let other = try await sharedServer().connect()
      try await other.query("SELECT pg_terminate_backend($1, 5000)", [pid], timeout: .seconds(10))
      #expect(await connection.isUsable == false)

      let busy = try await sharedServer().connect()
      let busyPID = try await busy.query("SELECT pg_backend_pid()", timeout: .seconds(5))[0][0]
      async let ending = failure {
        try await busy.query("SELECT pg_sleep(60)", timeout: .seconds(30))
      }
      try await other.query(
        "SELECT pg_terminate_backend($1, 5000)", [busyPID], timeout: .seconds(10))
      #expect(try await ending.code == .connectionLost)
    }
  }
}
