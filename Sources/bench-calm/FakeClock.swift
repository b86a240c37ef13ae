internal import Foundation
internal import TestSupport

/// PostgreSQL's programs, of which `postgres` takes its time of day from a file in its user's home, where there
/// is one: so many seconds from the host's clock, such as +3600.
struct FakeClock {
  /// The file.
  static let file = "clock"

  private let directory: String

  /// Makes the programs, and has servers that are created from now on run by them.
  init() throws {
    directory = "/var/tmp/bench-calm.\(getpid())"  // hosts have a /tmp of their own
    let real = Paths.postgresPrograms
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    chmod(directory, 0o755)
    for program in try FileManager.default.contentsOfDirectory(atPath: real)
    where program != "postgres" {
      // One that starts others looks for them where it lies itself, so a link would find the real ones.
      try FileManager.default.copyItem(
        atPath: "\(real)/\(program)", toPath: "\(directory)/\(program)")
    }
    try """
    #!/bin/sh
    if [ -f "$HOME/\(Self.file)" ]; then
      export LD_PRELOAD=\(Self.library) FAKETIME_TIMESTAMP_FILE="$HOME/\(Self.file)"
      export FAKETIME_CACHE_DURATION=1 FAKETIME_DONT_FAKE_MONOTONIC=1
    fi
    exec \(real)/postgres "$@"

    """.write(toFile: directory + "/postgres", atomically: false, encoding: .utf8)
    chmod(directory + "/postgres", 0o755)
    setenv("PG_BINDIR", directory, 1)
  }

  func remove() { try? FileManager.default.removeItem(atPath: directory) }

  /// Debian's libfaketime; the loader knows the machine's own directory.
  private static let library = "'/usr/$LIB/faketime/libfaketime.so.1'"
}
