import Foundation
import TestSupport
import Testing

/// What `make install` puts where.
@Test(.timeLimit(.minutes(2)))
func installHonoursItsDestination() async throws {
  let folder = FileManager.default.temporaryDirectory
    .appendingPathComponent("install-\(UUID().uuidString)").path
  defer { try? FileManager.default.removeItem(atPath: folder) }
  let config = Paths.postgresPrograms + "/pg_config"
  try await Command.succeed(
    ["make", "-C", Paths.repository, "install", "DESTDIR=\(folder)", "PREFIX=/opt/ha"]
      + ["PG_CONFIG=\(config)"], limit: .seconds(100))
  let library = try await Command.succeed([config, "--pkglibdir"]).text
  let share = try await Command.succeed([config, "--sharedir"]).text
  for path in [
    "/opt/ha/bin/pg_autoctl", "\(library)/pgautofailover.so",
    "\(share)/extension/pgautofailover.control",
  ] {
    #expect(FileManager.default.fileExists(atPath: folder + path), "\(path) is missing")
  }
  let version = try await Command.succeed([folder + "/opt/ha/bin/pg_autoctl", "version"])
  #expect(version.output.contains("pg_autoctl"))
  // The Swift runtime is inside.
  let libraries = try await Command.succeed(["ldd", folder + "/opt/ha/bin/pg_autoctl"]).output
  #expect(!libraries.contains("libswift"))
}
