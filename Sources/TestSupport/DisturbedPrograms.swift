internal import Foundation

#if canImport(Glibc)
  internal import Glibc
#endif

/// PostgreSQL's programs, of which `postgres` can be disturbed on each host by itself: its time of
/// day is as a file says, and its disk goes bad as files of a folder say.
public struct DisturbedPrograms: Sendable {
  /// On a host that has this file when a server is started: so many seconds from the machine's
  /// clock, such as +3600.
  public static let clock = "/tmp/clock"  // hosts have a /tmp of their own
  /// What is wrong with a host's disk; `bad_disk.c` says which files mean what.
  public static let badDisk = "/tmp/bad-disk"

  private let directory: String

  /// Makes the programs, and has servers that are created from now on run by them. `library` is
  /// what makes disks bad.
  public init(badDisk library: String? = nil) throws {
    directory = "/var/tmp/disturbed.\(getpid())"
    let real = Paths.postgresPrograms
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    chmod(directory, 0o755)
    for program in try FileManager.default.contentsOfDirectory(atPath: real)
    where program != "postgres" {
      // One that starts others looks for them where it lies itself, so a link would find the real
      // ones.
      try FileManager.default.copyItem(
        atPath: "\(real)/\(program)", toPath: "\(directory)/\(program)")
    }
    var preload = ""
    if let library {
      guard FileManager.default.fileExists(atPath: library) else {
        throw NotBuilt(program: library)
      }
      preload = "\(directory)/bad_disk.so"
      try FileManager.default.copyItem(atPath: library, toPath: preload)
    }
    try """
    #!/bin/sh
    preload=\(preload)
    if [ -f \(Self.clock) ]; then
      preload="$preload:"\(Self.fakeTime)
      export FAKETIME_TIMESTAMP_FILE=\(Self.clock) FAKETIME_CACHE_DURATION=1
      export FAKETIME_DONT_FAKE_MONOTONIC=1
    fi
    [ -z "$preload" ] || export LD_PRELOAD="$preload"
    exec \(real)/postgres "$@"

    """.write(toFile: directory + "/postgres", atomically: false, encoding: .utf8)
    chmod(directory + "/postgres", 0o755)
    setenv("PG_BINDIR", directory, 1)
  }

  /// Removes them.
  public func remove() { try? FileManager.default.removeItem(atPath: directory) }

  /// Debian's libfaketime; the loader knows the machine's own directory.
  private static let fakeTime = "'/usr/$LIB/faketime/libfaketime.so.1'"
}

extension Node {
  /// Sets the clock of its host so many seconds off, such as +3600, and waits until its server has
  /// it.
  public func setClock(_ clock: String) async throws {
    try await host.write(clock, to: DisturbedPrograms.clock)
    try await eventually(
      "the clock of \(host.name) to be at \(clock) s", within: .seconds(15)
    ) {
      let time = try await sql("select extract(epoch from clock_timestamp())::int")
      let ahead = (Int(time) ?? 0) - Int(Date().timeIntervalSince1970)
      guard abs(ahead - (Int(clock) ?? 0)) < 60 else { throw NotYet("\(ahead) s") }
    }
  }
}
