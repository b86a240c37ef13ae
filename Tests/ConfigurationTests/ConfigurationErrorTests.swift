import Configuration
import Testing

/// A mistake in a configuration file is told with its file, line and key, and with what to write.
@Suite struct ConfigurationErrorTests {
  @Test func aMisspeltKeyIsNamedWithItsLineAndTheNearestKey() throws {
    let error = try #require(
      mistake(in: "[timeout]\nnetwork_partition_timeot = 5\n"))
    #expect(error.code == .unknownKey)
    #expect(error.line == 14)
    #expect(
      error.located
        == "/etc/node.toml:14: There is no setting \"network_partition_timeot\" in [timeout].")
    #expect(error.hint == "Write network_partition_timeout instead.")
  }

  @Test func aKeyLikeNoOtherIsAnsweredWithTheListOfKeys() throws {
    let error = try #require(mistake(in: "[replication]\nwibble = 5\n"))
    #expect(
      error.hint
        == "Remove it, or use one of: password, maximum_backup_rate, base_backup_command, backup_directory."
    )
  }

  @Test func anUnknownTableIsNamedWithItsLine() throws {
    let error = try #require(mistake(in: "\n[timeouts]\nnetwork_partition_timeout = 5\n"))
    #expect(error.code == .unknownKey)
    #expect(error.line == 14)
    #expect(error.message == "There is no table or setting \"timeouts\".")
    #expect(error.hint == "Write timeout instead.")
  }

  @Test(arguments: [
    ("[timeout]\nnetwork_partition_timeout = \"five\"", "a whole number from 1 to 3600 (seconds)"),
    ("[timeout]\nnetwork_partition_timeout = 0", "a whole number from 1 to 3600 (seconds)"),
    ("[timeout]\nnetwork_partition_timeout = 1.5", "a whole number from 1 to 3600 (seconds)"),
    ("[replication]\nmaximum_backup_rate = \"fast\"", "an amount a second in quotes"),
    ("[replication]\nmaximum_backup_rate = \"31k\"", "an amount a second in quotes"),
    ("[replication]\nbackup_directory = \"backup\"", "a path in quotes that begins with /"),
    ("[ssl]\nactive = \"on\"", "true or false"),
    ("[ssl]\nsslmode = \"verify\"", "\"disable\" or \"allow\" or \"prefer\""),
  ])
  func aValueOfTheWrongKindIsToldWithWhatToWrite(text: String, wanted: String) throws {
    let error = try #require(mistake(in: text))
    #expect(error.code == .badValue)
    #expect(error.line == 14)
    #expect(error.hint?.contains(wanted) == true, "\(error)")
  }

  @Test func theMessageShowsWhatWasWritten() throws {
    let error = try #require(mistake(in: "[timeout]\nnetwork_partition_timeout = \"five\""))
    #expect(error.message == "The setting timeout.network_partition_timeout cannot be \"five\".")
  }

  @Test func textThatIsNotTOMLIsToldWithItsLine() throws {
    let error = try #require(mistake(in: "[timeout]\nnetwork_partition_timeout =\n"))
    #expect(error.code == .syntax)
    #expect(error.line == 14)
    #expect(error.message.hasPrefix("This is not TOML: "))
  }

  /// The parser would end the program here, with every command that reads the file.
  @Test(arguments: ["[`x]", "[", "[ ", "[[[x]]]", "[[", "[\r", "[é]", "[=", " [#"])
  func aHeadWithoutANameIsAMistake(head: String) throws {
    let error = try #require(mistake(in: "\(head)\nkey = 1\n"))
    #expect(error.code == .syntax)
    #expect(error.line == 13)
  }

  /// The parser would end the program at some of them.
  @Test(arguments: [
    "k = [1]", "k={a = 1}", "k =\t[[[[[}}", #""a=b" = [1]"#, "'a' = {", "k = \"\\\"\" = [",
  ])
  func aListIsNoSetting(line: String) throws {
    let error = try #require(mistake(in: "[timeout]\n\(line)\n"))
    #expect(error.code == .syntax)
    #expect(error.line == 14)
    #expect(error.message.contains("not a list"))
  }

  @Test(arguments: ["# k = [1]", "k = 'a = [b]'", #"k = "\" = [b]""#, "k = 1 # = ["])
  func whatLooksLikeAListInATextIsNone(line: String) {
    #expect(mistake(in: "[timeout]\n\(line)\n")?.message.contains("not a list") != true)
  }

  @Test func aByteOrderMarkStandsForNothing() throws {
    let error = try #require(mistake(reading: "\u{FEFF}[{\n"))
    #expect(error.code == .syntax)
    #expect(error.line == 1)
    #expect(mistake(reading: "\u{FEFF}" + valid) == nil)
  }

  /// The parser stops at a zero byte, and the settings behind it would silently have their defaults.
  @Test func aZeroByteIsNotTheEnd() throws {
    let error = try #require(mistake(in: "[timeout]\n\0\nnetwork_partition_timeout = 7\n"))
    #expect(error.code == .syntax)
    #expect(error.line == 14)
  }

  @Test func linesAreCountedInAFileWithCarriageReturnsToo() throws {
    let error = try #require(mistake(in: "\r\n[timeouts]\r\nnetwork_partition_timeout = 5\r\n"))
    #expect(error.line == 14)
  }

  @Test func aKeyThatMustBeThereIsMissed() throws {
    let text = valid.replacing("hostname = \"a\"\n", with: "")
    let error = try #require(mistake(reading: text))
    #expect(error.code == .missingKey)
    #expect(error.line == 1)
    #expect(error.message == "The setting pg_autoctl.hostname is missing.")
  }

  @Test func theFileOfAMonitorIsNotTakenForThatOfANode() throws {
    let error = try #require(mistake(reading: valid.replacing("keeper", with: "monitor")))
    #expect(error.code == .badValue)
    #expect(error.line == 2)
    #expect(error.message == "This is the configuration of a monitor, not of a keeper.")
  }

  @Test func aFileWithoutRoleIsRefused() throws {
    let error = try #require(mistake(reading: "[pg_autoctl]\nhostname = \"a\"\n"))
    #expect(error.code == .missingKey)
    #expect(error.message.contains("pg_autoctl.role"))
  }

  @Test func aMissingFileIsToldApart() {
    #expect {
      try ConfigurationFile.read(KeeperConfiguration.self, at: "/nonexistent/pg_autoctl.toml")
    } throws: { error in
      (error as? ConfigurationError)?.code == .noFile
    }
  }

  /// Twelve good lines, to which the mistakes are added.
  private let valid = """
    [pg_autoctl]
    role = "keeper"
    monitor = "postgres://autoctl_node@m/pg_auto_failover"
    hostname = "a"

    # where it is
    [postgresql]
    pgdata = "/a/b"
    pg_ctl = "/usr/bin/pg_ctl"
    socket_directory = "/tmp"
    dbname = "app"


    """

  private func mistake(in addition: String) -> ConfigurationError? {
    mistake(reading: valid + addition)
  }

  private func mistake(reading text: String) -> ConfigurationError? {
    do throws(ConfigurationError) {
      _ = try ConfigurationFile.parse(KeeperConfiguration.self, text, of: "/etc/node.toml")
      return nil
    } catch {
      return error
    }
  }
}
