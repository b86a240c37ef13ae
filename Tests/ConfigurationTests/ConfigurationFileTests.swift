import Configuration
import Foundation
import Testing

/// What is written is read back the same, by nobody but its owner.
@Suite struct ConfigurationFileTests {
  @Test func aNodesSettingsSurviveTheirFile() throws {
    var written = KeeperConfiguration()
    written.monitor = "postgres://autoctl_node:a\"b\\c@monitor/pg_auto_failover"
    written.hostname = "ha-demo-a"
    written.name = "Köln\tⅡ"
    written.group = 3
    written.server.pgdata = "/srv/data"
    written.server.pgCtl = "/usr/lib/postgresql/15/bin/pg_ctl"
    written.server.socketDirectory = "/run/postgresql"
    written.server.authentication = .md5
    written.server.skipsHostBasedAccess = true
    written.ssl.isActive = true
    written.ssl.mode = .verifyFull
    written.replicationPassword = "#[secret]'"
    written.networkPartitionTimeout = .seconds(60)
    let text = ConfigurationFile.render(written)
    let read = try ConfigurationFile.parse(KeeperConfiguration.self, text, of: "/x")
    #expect(read == written)
  }

  @Test func aMonitorsSettingsSurviveTheirFile() throws {
    var written = MonitorConfiguration()
    written.hostname = "monitor"
    written.server.pgdata = "/srv/monitor"
    written.server.pgCtl = "/usr/bin/pg_ctl"
    written.server.socketDirectory = "/tmp"
    written.server.port = 6000
    let text = ConfigurationFile.render(written)
    #expect(try ConfigurationFile.parse(MonitorConfiguration.self, text, of: "/x") == written)
  }

  @Test func aKeyThatIsLeftOutHasItsDefault() throws {
    let text = """
      [pg_autoctl]
      role = "monitor"
      hostname = "m"
      [postgresql]
      pgdata = "/a"
      pg_ctl = "/b"
      socket_directory = "/c"
      """
    let read = try ConfigurationFile.parse(MonitorConfiguration.self, text, of: "/x")
    #expect(read.server.port == 5432)
    #expect(read.server.authentication == .scramSHA256)
    #expect(read.ssl.isActive == false)
  }

  @Test func onlyItsOwnerMayReadTheFile() throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("configuration-\(UUID())")
    defer { try? FileManager.default.removeItem(at: folder) }
    let locations = try FileLocations(
      pgdata: "/nonexistent/data", environment: ["XDG_CONFIG_HOME": folder.path, "HOME": "/h"],
      workingDirectory: "/")
    var written = MonitorConfiguration()
    written.hostname = "m"
    written.server.pgdata = "/nonexistent/data"
    written.server.pgCtl = "/pg_ctl"
    written.server.socketDirectory = "/tmp"
    try ConfigurationFile.write(written, to: locations.configuration)
    written.server.port = 6000
    try ConfigurationFile.write(written, to: locations.configuration)
    let path = "\(folder.path)/pg_autoctl/nonexistent/data/pg_autoctl.toml"
    let attributes = try FileManager.default.attributesOfItem(atPath: path)
    #expect(attributes[.posixPermissions] as? Int == 0o600)
    #expect(
      try ConfigurationFile.read(MonitorConfiguration.self, at: locations.configuration) == written)
    #expect(try ConfigurationFile.role(at: locations.configuration) == .monitor)
  }

  @Test func everySettingIsExplainedOnce() {
    let names = KeeperConfiguration.settings.map(\.name)
    #expect(Set(names).count == names.count)
    for setting in KeeperConfiguration.settings {
      #expect(setting.means.hasSuffix(".") || setting.means.hasSuffix("?"), "\(setting.name)")
      #expect(setting.means.contains(" "))
    }
  }
}
