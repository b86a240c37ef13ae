import Configuration
import Foundation
import Testing

/// Every command finds the files that another has written.
@Suite struct FileLocationsTests {
  @Test func filesLieInTheHomeByDefault() throws {
    let found = try FileLocations(
      pgdata: "/a/b", environment: ["HOME": "/home/ha"], workingDirectory: "/")
    #expect("\(found.configuration)" == "/home/ha/.config/pg_autoctl/a/b/pg_autoctl.toml")
    #expect("\(found.state)" == "/home/ha/.local/share/pg_autoctl/a/b/pg_autoctl.state")
    #expect("\(found.pid)" == "/tmp/pg_autoctl/a/b/pg_autoctl.pid")
  }

  @Test func theEnvironmentMovesThem() throws {
    let found = try FileLocations(
      pgdata: "/a/b",
      environment: [
        "HOME": "/home/ha", "XDG_CONFIG_HOME": "/c", "XDG_DATA_HOME": "/d",
        "XDG_RUNTIME_DIR": "/",
      ], workingDirectory: "/")
    #expect("\(found.configuration)" == "/c/pg_autoctl/a/b/pg_autoctl.toml")
    #expect("\(found.state)" == "/d/pg_autoctl/a/b/pg_autoctl.state")
    #expect("\(found.pid)" == "/pg_autoctl/a/b/pg_autoctl.pid")
  }

  @Test func relativeVariablesAndAMissingRuntimeDirectoryAreIgnored() throws {
    let found = try FileLocations(
      pgdata: "/a/b",
      environment: [
        "HOME": "/home/ha", "XDG_CONFIG_HOME": "c", "XDG_RUNTIME_DIR": "/nonexistent/run",
      ], workingDirectory: "/")
    #expect("\(found.configuration)" == "/home/ha/.config/pg_autoctl/a/b/pg_autoctl.toml")
    #expect("\(found.pid)" == "/tmp/pg_autoctl/a/b/pg_autoctl.pid")
  }

  @Test func aRelativeDirectoryIsMadeAbsolute() throws {
    let found = try FileLocations(
      pgdata: "./x/../ha", environment: ["HOME": "/h"], workingDirectory: "/nonexistent/home")
    #expect("\(found.pgdata)" == "/nonexistent/home/ha")
  }

  @Test func creatingTheDirectoryDoesNotMoveItsFiles() throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("locations-\(UUID())")
    defer { try? FileManager.default.removeItem(at: folder) }
    try FileManager.default.createDirectory(
      at: folder.appendingPathComponent("real"), withIntermediateDirectories: true)
    try FileManager.default.createSymbolicLink(
      atPath: folder.path + "/link", withDestinationPath: folder.path + "/real")
    func find() throws -> FileLocations {
      try FileLocations(
        pgdata: "link/data", environment: ["HOME": "/h"], workingDirectory: folder.path)
    }
    let before = try find()
    try FileManager.default.createDirectory(
      atPath: folder.path + "/real/data", withIntermediateDirectories: true)
    #expect(try find() == before)
    #expect("\(before.pgdata)".hasSuffix("/real/data"))
  }

  @Test func withoutHomeTheMessageSaysWhatToSet() {
    #expect {
      try FileLocations(pgdata: "/a", environment: [:], workingDirectory: "/")
    } throws: { error in
      (error as? ConfigurationError)?.code == .noHome
    }
  }
}
