import Foundation
import TestSupport
import Testing

/// What the fault laboratory does to hosts: disks that are full, slow or broken, and slow links.
@Suite(.serialized)
struct DisturbanceTests {
  /// Runs `body` with two hosts and a folder for programs, and removes them, whatever happens.
  private func withTwoHosts(
    _ body: (VirtualNetwork, VirtualHost, VirtualHost, String) async throws -> Void
  ) async throws {
    let network = try await VirtualNetwork()
    let programs = "/var/tmp/disturbance-tests.\(getpid())"
    defer { try? FileManager.default.removeItem(atPath: programs) }
    do {
      try FileManager.default.createDirectory(
        atPath: programs, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o755])
      let left = try await network.addHost(named: "left")
      let right = try await network.addHost(named: "right")
      try await body(network, left, right, programs)
    } catch {
      try await network.remove()
      throw error
    }
    try await network.remove()
  }

  private func compile(_ source: String, _ options: [String]) async throws {
    let path = "\(Paths.repository)/Sources/chaos-faults/\(source)"
    try await Command.succeed(["cc", "-Wall", "-Wextra", "-Werror"] + options + [path])
  }

  /// How long it takes, and whether it succeeds.
  private func time(_ host: VirtualHost, _ words: [String]) async throws -> (Duration, Bool) {
    let began = Moment.now
    let outcome = try await host.run(words, limit: .seconds(20))
    return (Moment.now - began, outcome.status == 0)
  }

  @Test(.timeLimit(.minutes(1)))
  func aHomeOfItsOwnIsFullUntilItIsFreedAndKeepsItsFilesWithoutPower() async throws {
    try await withTwoHosts { _, left, _, _ in
      #expect(try await left.addDisk(named: "home", megabytes: 16) == left.home)
      try await left.write("kept", to: "file")
      try await left.fillDisk(at: left.home)
      #expect(try await left.run(["sh", "-c", "echo more >another"]).status != 0)
      try await left.powerOff()
      try await left.freeDisk(at: left.home)
      try await left.powerOn()
      try await left.succeed(["sh", "-c", "echo more >another"])
      #expect(try left.read("file") == "kept\n")
    }
  }

  @Test(.timeLimit(.minutes(1)))
  func aBadDiskDoesWhatItsFilesSayAndNothingWithoutThem() async throws {
    try await withTwoHosts { _, left, right, programs in
      let library = programs + "/bad_disk.so"
      try await compile("bad_disk.c", ["-shared", "-fPIC", "-o", library])
      let folder = DisturbedPrograms.badDisk
      let write = [
        "env", "LD_PRELOAD=\(library)", "dd", "if=/dev/zero", "of=file", "bs=8k", "count=4",
        "conv=fsync",
      ]
      #expect(try await time(left, write).1)
      for trouble in ["sync-fails", "write-fails"] {
        try await left.succeed(["mkdir", folder])
        try await left.write("", to: "\(folder)/\(trouble)")
        let outcome = try await left.run(write)
        #expect(outcome.status != 0 && outcome.errorOutput.contains("Input/output error"))
        #expect(try await time(right, write).1, "the disk of another host is as it was")
        try await left.succeed(["rm", "-r", folder])
      }
      try await left.succeed(["mkdir", folder])
      try await left.write("2000", to: "\(folder)/slow")
      let (duration, isDone) = try await time(left, write)
      #expect(isDone && duration >= .seconds(2))
      try await left.write("", to: "\(folder)/hangs")
      let process = try await left.start("writer", write)
      try await always(for: .seconds(3)) {
        guard !process.hasEnded else { throw NotYet("it came back: \(process.log)") }
      }
      try await left.succeed(["rm", "-r", folder])
      #expect(try await process.waitForEnd(within: .seconds(10)) == 0)
    }
  }

  @Test(.timeLimit(.minutes(1)))
  func theLogAloneIsFullWhereAFileOfItWouldGrow() async throws {
    try await withTwoHosts { _, left, _, programs in
      let library = programs + "/bad_disk.so"
      try await compile("bad_disk.c", ["-shared", "-fPIC", "-o", library])
      func write(_ path: String, at offset: Int) async throws -> CommandOutcome {
        let program = """
          import os
          os.pwrite(os.open("\(path)", os.O_WRONLY | os.O_CREAT), b"page", \(offset))
          """
        return try await left.run(["env", "LD_PRELOAD=\(library)", "python3", "-c", program])
      }
      try await left.succeed(["mkdir", "pg_wal", "base", DisturbedPrograms.badDisk])
      #expect(try await write("pg_wal/1", at: 0).status == 0)
      try await left.write("", to: DisturbedPrograms.badDisk + "/wal-full")
      #expect(try await write("pg_wal/1", at: 0).status == 0)
      #expect(try await write("base/1", at: 4).status == 0)
      let outcome = try await write("pg_wal/1", at: 4)
      #expect(outcome.errorOutput.contains("No space left"))
    }
  }

  @Test(.timeLimit(.minutes(1)))
  func aSlowLinkTakesItsTimeUntilItIsHealed() async throws {
    try await withTwoHosts { network, left, right, programs in
      try await compile("slow_link.c", ["-o", programs + "/slow_link"])
      try network.install(program: "slow_link", from: programs + "/slow_link")
      let program = """
        use IO::Socket::INET;
        my $socket = IO::Socket::INET->new(LocalPort => 7000, Listen => 64, ReuseAddr => 1) or die;
        close $_ while $_ = $socket->accept;
        """
      _ = try await right.start("listener", ["perl", "-e", program])
      let connect = ["bash", "-c", "exec 3<>/dev/tcp/right/7000"]
      try await eventually("right to listen") { try await left.succeed(connect) }
      try await left.slowTraffic(to: right, milliseconds: 700, bytesPerSecond: 1_000_000)
      try await right.slowTraffic(to: left, milliseconds: 700, bytesPerSecond: 1_000_000)
      let (duration, isDone) = try await time(left, connect)
      #expect(isDone && duration >= .milliseconds(1_400), "\(duration)")
      try await left.stopSlowingTraffic()
      try await right.stopSlowingTraffic()
      try await eventually("the link to be fast again") {
        let (duration, isDone) = try await time(left, connect)
        guard isDone, duration < .milliseconds(700) else { throw NotYet("\(duration)") }
      }
    }
  }
}
