import Logging
import Testing

@testable import ServerControl

@Suite("Configuration files outside of the data directory") struct OutsideConfigurationTests {
  private let log = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })

  @Test func settingsThatNamePlacesBecomeComments() {
    let text = "data_directory = '/x'\nwork_mem = 1\n  HBA_file='y'\n#ident_file = 'z'\n"
    #expect(
      OutsideConfiguration.withoutPlaces(text)
        == "#pg_autoctl# data_directory = '/x'\nwork_mem = 1\n#pg_autoctl#   HBA_file='y'\n"
        + "#ident_file = 'z'\n")
  }

  @Test(arguments: [
    ("data_directory = '/a b'  # why", "/a b"), ("data_directory '/a'", "/a"),
    ("DATA_DIRECTORY=/a # why", "/a"), ("data_directory = '/a'\ndata_directory = '/b'", "/b"),
    ("#data_directory = '/a'", nil), ("data_directory_mode = '0700'", nil), ("", nil),
  ])
  func aSettingOfAPersonsFileIsRead(content: String, value: String?) {
    #expect(SettingsFile.value(of: "data_directory", in: content) == value)
  }

  @Test func theFilesComeInAndCutShortAgain() async throws {
    try await TestPlace.with { place in
      let (inside, outside) = (place.path + "/data", place.path + "/etc")
      for directory in [inside, inside + "/global", outside, outside + "/conf.d"] {
        try DurableFiles.makeDirectory(directory)
      }
      try DurableFiles.keep(inside + "/PG_VERSION", as: "15\n")
      try DurableFiles.keep(inside + "/global/pg_control", as: "")
      let opts = #"/bin/postgres "-D" "\#(inside)" "-c" "config_file=\#(outside)/postgresql.conf""#
      try DurableFiles.keep(inside + "/postmaster.opts", as: opts + "\n")
      #expect(try OutsideConfiguration.find(for: inside) == nil)

      try DurableFiles.keep(outside + "/postgresql.conf", as: "work_mem = '7MB'\nhba_file = 'x'\n")
      try DurableFiles.keep(outside + "/pg_hba.conf", as: "local all all peer\n")
      try DurableFiles.keep(outside + "/conf.d/mine.conf", as: "port = 7\n")
      try DurableFiles.keep(outside + "/start.conf", as: "auto\n")
      // An earlier attempt had come as far as this.
      try DurableFiles.keep(inside + "/pg_hba.conf", as: "half")
      let found = try #require(try OutsideConfiguration.find(for: inside))
      try found.bringIn(to: inside, log: log)
      #expect(try DurableFiles.text(inside + "/pg_hba.conf") == "local all all peer\n")
      #expect(try DurableFiles.text(inside + "/conf.d/mine.conf") == "port = 7\n")
      #expect(
        try DurableFiles.text(inside + "/postgresql.conf")
          == "work_mem = '7MB'\n#pg_autoctl# hba_file = 'x'\n")
      #expect(try DurableFiles.entries(of: inside)?.contains("start.conf") == false)
      #expect(try DurableFiles.text(outside + "/start.conf")?.hasSuffix("\ndisabled\n") == true)
      #expect(try DurableFiles.text(outside + "/postgresql.conf")?.contains("#pg_auto") == false)
      #expect(try OutsideConfiguration.find(for: inside) == nil)
    }
  }
}
