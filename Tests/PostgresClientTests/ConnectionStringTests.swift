import PostgresClient
import Testing

@Suite struct ConnectionStringTests {
  /// Values that need every kind of escape somewhere.
  static let awkward = [
    "plain", "with space", " edges ", "it's", #"back\slash"#, #"\'"#, "100%", "%41", "a=b",
    "a&b?c#d", "x@y:z/w", "[::1]", "ünï©ode", "tab\tnew\nline", "\"double\"", "'", "\\",
    "e\u{301}'\u{301}", "",
  ]
  static let keywords = ["user", "password", "dbname", "application_name", "options", "passfile"]

  @Test func aPasswordIsNotMadeAnotherOne() throws {
    #expect(throws: PostgresError.self) {
      try ConnectionString(parsing: "postgres://u:p%FFw@h/d")
    }
    #expect(try ConnectionString(parsing: "postgres://u:p%C3%BFw@h/d")["password"] == "pÿw")
  }

  @Test(arguments: awkward)
  func whatIsWrittenReadsTheSame(value: String) throws {
    for keyword in Self.keywords {
      try roundTrip([keyword: value, "host": "a.example", "port": "5433"])
    }
    try roundTrip(Dictionary(uniqueKeysWithValues: Self.keywords.map { ($0, value) }))
  }

  @Test(arguments: [
    ["host": "/run/postgres ql", "port": "6010"],
    ["host": "::1", "port": "6010"],
    ["host": "fe80::1%eth0"],
    ["host": "a,b", "port": "1,2", "dbname": "d", "target_session_attrs": "read-write"],
    ["host": "a,b", "port": "1"],
    ["host": "a,b"],
    ["host": "a,,b", "port": "1,,2"],
    ["host": ",", "port": "1,2"],
    ["hostaddr": "10.0.0.1", "port": "5"],
    ["port": "5"],
    ["user": "only"],
    [:],
  ])
  func placesReadTheSame(parameters: [String: String]) throws {
    try roundTrip(parameters)
  }

  /// The law, on many random strings: reading what was written gives the same values.
  @Test func randomValuesReadTheSame() throws {
    var generator = SystemRandomNumberGenerator()
    let scalars = Array("ab '\"\\%=&?/:@,#[]+;é€😀\u{1}\u{7F}".unicodeScalars)
    for _ in 0..<2000 {
      var parameters: [String: String] = [:]
      for keyword in Self.keywords where Bool.random(using: &generator) {
        let length = Int.random(in: 0...8, using: &generator)
        var value = String.UnicodeScalarView()
        for _ in 0..<length { value.append(scalars.randomElement(using: &generator) ?? " ") }
        parameters[keyword] = String(value)
      }
      try roundTrip(parameters)
    }
  }

  @Test func theFormsAreTheUsualOnes() throws {
    let target = try ConnectionString(
      parsing: "postgres://autoctl_node:s%20cret@monitor:5432/pg_auto_failover?sslmode=require")
    #expect(target["user"] == "autoctl_node")
    #expect(target["password"] == "s cret")
    #expect(
      target.keywordValue
        == "host=monitor port=5432 user=autoctl_node password='s cret' "
        + "dbname=pg_auto_failover sslmode=require")
    #expect(
      target.uri
        == "postgres://autoctl_node:s%20cret@monitor:5432/pg_auto_failover?sslmode=require")
  }

  @Test func severalHostsStayInOrder() throws {
    let uri = "postgres://a:5001,b:5002/app?target_session_attrs=read-write"
    let target = try ConnectionString(parsing: uri)
    #expect(target.uri == uri)
    #expect(target["host"] == "a,b")
  }

  @Test func nothingThatIsPrintedShowsThePassword() throws {
    var target = try ConnectionString(parsing: "postgres://u:s3cret@h:1/d")
    target["sslpassword"] = "s3cret-too"
    let optional: ConnectionString? = target
    var dumped = ""
    dump(target, to: &dumped)
    for printed in [
      target.redacted, "\(target)", String(reflecting: target), "\(String(describing: optional))",
      "\([target])", dumped,
    ] {
      #expect(!printed.contains("s3cret"))
    }
    #expect(target.redacted == "postgres://u:****@h:1/d?sslpassword=%2A%2A%2A%2A".unescapedStars)
    #expect(target.uri.contains("s3cret"))
  }

  @Test(arguments: [
    "postgres://u:s3%cret@h/d", "postgres://u:s3cret@[::1]x/d", "host=h password=a s3cret",
    "postgres://u:s3cret@[::1/d", "host=h password='s3cret",
  ])
  func aComplaintShowsNoPieceOfAPassword(text: String) throws {
    let error = try #require(throws: PostgresError.self) {
      try ConnectionString(parsing: text)
    }
    #expect(error.code == .badConnectionString)
    #expect(!"\(error)".contains("s3"))
    #expect(!"\(error)".contains("cret"))
  }

  @Test func aTypingErrorIsNamed() throws {
    let error = try #require(throws: PostgresError.self) {
      try ConnectionString(parsing: "hots=monitor")
    }
    #expect(error.message.contains("hots"))
    #expect(error.hint != nil)
  }

  @Test func timeoutsAreAddedBesideTheUsersOwn() {
    let target = ConnectionString(["host": "h", "keepalives_idle": "60"]).withTCPTimeouts()
    #expect(target["keepalives_idle"] == "60")
    #expect(target["keepalives_interval"] == "2")
    #expect(target["keepalives_count"] == "3")
    #expect(target["tcp_user_timeout"] == "10000")
  }

  private func roundTrip(_ parameters: [String: String]) throws {
    let target = ConnectionString(parameters)
    #expect(try ConnectionString(parsing: target.keywordValue) == target)
    #expect(try ConnectionString(parsing: target.uri) == target, "\(target.uri)")
  }
}

extension String {
  fileprivate var unescapedStars: String { replacing("%2A", with: "*") }
}
