import Foundation
import TestSupport
import Testing

/// The virtual hosts themselves: what is cut is cut, what is killed is gone, nothing stays behind.
@Suite(.serialized)
struct VirtualNetworkTests {
  /// Runs `body` with two hosts and removes them, whatever happens.
  private func withTwoHosts(
    _ body: (VirtualHost, VirtualHost) async throws -> Void
  ) async throws {
    let network = try await VirtualNetwork()
    do {
      let left = try await network.addHost(named: "left")
      let right = try await network.addHost(named: "right")
      try await body(left, right)
    } catch {
      try await network.remove()
      throw error
    }
    try await network.remove()
  }

  /// Takes connections on the host, and closes them.
  private func listen(on host: VirtualHost) async throws -> BackgroundProcess {
    let program = """
      use IO::Socket::INET;
      my $socket = IO::Socket::INET->new(LocalPort => 7000, Listen => 64, ReuseAddr => 1) or die;
      close $_ while $_ = $socket->accept;
      """
    let process = try await host.start("listener", ["perl", "-e", program])
    try await eventually("\(host.name) to listen", within: .seconds(10)) {
      try await host.succeed(["bash", "-c", "exec 3<>/dev/tcp/\(host.name)/7000"])
    }
    return process
  }

  private func reaches(_ from: VirtualHost, _ to: VirtualHost) async throws -> Bool {
    let words = ["timeout", "1", "bash", "-c", "exec 3<>/dev/tcp/\(to.name)/7000"]
    return try await from.run(words).status == 0
  }

  /// Each removes what killed runs left behind when it begins: not another that begins at the same moment.
  @Test(.timeLimit(.minutes(2)))
  func networksThatBeginAtOnceLeaveOneAnotherAlone() async throws {
    for _ in 1...10 {
      try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 1...8 {
          group.addTask {
            let network = try await VirtualNetwork()
            try await network.remove()
          }
        }
        try await group.waitForAll()
      }
    }
  }

  @Test(.timeLimit(.minutes(1)))
  func aCutLinkIsSilentAndAHealedOneCarriesAgain() async throws {
    try await withTwoHosts { left, right in
      _ = try await listen(on: right)
      #expect(try await reaches(left, right))
      try await right.cutLink()
      #expect(try await !reaches(left, right))
      try await right.healLink()
      try await eventually("left to reach right") {
        guard try await reaches(left, right) else { throw NotYet("it does not") }
      }
      try await left.cutLink(to: right)
      #expect(try await !reaches(left, right))
      try await left.healLink(to: right)
      #expect(try await reaches(left, right))
    }
  }

  @Test(.timeLimit(.minutes(1)))
  func aHostWithoutPowerHasNoProcessAndKeepsItsFiles() async throws {
    try await withTwoHosts { left, right in
      let listener = try await listen(on: right)
      try await right.succeed(["sh", "-c", "echo kept >file"])
      try await right.powerOff()
      #expect(try await !reaches(left, right))
      try await right.powerOn()
      #expect(listener.hasEnded)
      #expect(try await !reaches(left, right))
      #expect(try right.read("file") == "kept\n")
    }
  }

  @Test(.timeLimit(.minutes(1)))
  func hostsShareNeitherSocketsNorTemporaryFilesNorProcesses() async throws {
    try await withTwoHosts { left, right in
      for directory in ["/tmp", "/run/postgresql"] {
        try await left.succeed(["touch", "\(directory)/mine"])
        #expect(try await right.run(["ls", "\(directory)/mine"]).status != 0)
      }
      let sleeper = try await left.start("sleeper", ["sleep", "100"])
      #expect(try await right.run(["kill", "-0", "\(try sleeper.pid)"]).status != 0)
      #expect(try await left.succeed(["hostname"]).text == "left")
    }
  }

  @Test(.timeLimit(.minutes(1)))
  func nothingIsLeftBehind() async throws {
    var folder = ""
    try await withTwoHosts { left, right in
      folder = left.folder
      _ = try await left.addDisk(named: "disk", megabytes: 16)
      _ = try await left.start("sleeper", ["sleep", "1000"])
    }
    #expect(!FileManager.default.fileExists(atPath: folder))
    let mounts = try String(contentsOfFile: "/proc/self/mounts", encoding: .utf8)
    #expect(!mounts.contains(folder))
    // In brackets, so that the pattern does not find itself.
    let processes = try await Command.run(["pgrep", "-f", "[/]" + folder.dropFirst()])
    #expect(processes.status != 0, "\(processes.output)")
  }
}
