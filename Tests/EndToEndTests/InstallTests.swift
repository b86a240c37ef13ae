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
    "/opt/ha/share/man/man1/pg_autoctl.1", "/opt/ha/share/man/man1/pg_autoctl.perform.failover.1",
    "/opt/ha/share/zsh/site-functions/_pg_autoctl",
    "/opt/ha/share/fish/vendor_completions.d/pg_autoctl.fish",
    "\(share)/extension/pgautofailover.control",
  ] {
    #expect(FileManager.default.fileExists(atPath: folder + path), "\(path) is missing")
  }
  // Bash completes a command's name and the values of an option.
  let completion = "\(folder)/opt/ha/share/bash-completion/completions/pg_autoctl"
  for (words, cursor, expected) in [
    ("pg_autoctl perform fail", 2, "failover"),
    ("pg_autoctl create monitor --ssl-mode verify-f", 4, "verify-full"),
  ] {
    let script = """
      source \(completion)
      COMP_WORDS=(\(words)); COMP_CWORD=\(cursor); COMP_LINE='\(words)'; COMP_POINT=${#COMP_LINE}
      _pg_autoctl pg_autoctl "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD-1]}"
      echo "${COMPREPLY[*]}"
      """
    let offered = try await Command.succeed(["bash", "-c", script]).text
    #expect(offered == expected)
  }
  let version = try await Command.succeed([folder + "/opt/ha/bin/pg_autoctl", "version"])
  #expect(version.output.contains("pg_autoctl"))
  // The Swift runtime is inside.
  let libraries = try await Command.succeed(["ldd", folder + "/opt/ha/bin/pg_autoctl"]).output
  #expect(!libraries.contains("libswift"))
}
