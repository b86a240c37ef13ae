import Failover
import Glibc
import Testing

@testable import ServerControl

@Suite("The swap of data directories") struct DirectorySwapTests {
  /// The moments at which a crash may cut the swap short, as what is there then.
  enum Moment: CaseIterable {
    case copying, complete, oldAside, swapped
  }

  @Test(arguments: Moment.allCases)
  func aCrashAtAnyMomentLeavesOneCompleteDirectory(moment: Moment) async throws {
    try await TestPlace.with { place in
      let swap = DirectorySwap(directory: place.path + "/data")
      try make(swap.directory, holding: "old")
      switch moment {
      case .copying: try make(swap.clone, holding: "half")
      case .complete: try make(swap.complete, holding: "new")
      case .oldAside:
        try make(swap.complete, holding: "new")
        try DurableFiles.rename(swap.directory, to: swap.old)
      case .swapped:
        try DurableFiles.rename(swap.directory, to: swap.old)
        try make(swap.directory, holding: "new")
      }
      try swap.recover()
      let expected = moment == .copying ? "old" : "new"
      #expect(try DurableFiles.text(swap.directory + "/what") == expected)
      #expect(!DurableFiles.exists(swap.old))
      #expect(!swap.isPending)
      try swap.recover()
      #expect(try DurableFiles.text(swap.directory + "/what") == expected)
      // The next copy begins with nothing.
      try swap.begin()
      #expect(!DurableFiles.exists(swap.clone))
    }
  }

  @Test func theOldDirectoryComesBackWhenNothingCompleteIsThere() async throws {
    try await TestPlace.with { place in
      let swap = DirectorySwap(directory: place.path + "/data")
      try make(swap.old, holding: "old")
      try make(swap.clone, holding: "half")
      try swap.recover()
      #expect(try DurableFiles.text(swap.directory + "/what") == "old")
    }
  }

  @Test func aDirectoryNamedByTheOperatorIsUsedAndNothingElseInIt() async throws {
    try await TestPlace.with { place in
      let swap = DirectorySwap(
        directory: place.path + "/data", backupDirectory: place.path + "/backups")
      try make(swap.directory, holding: "old")
      try make(place.path + "/backups", holding: "the operator's")
      try make(place.path + "/data.old", holding: "the operator's")
      try swap.begin()
      try make(swap.clone, holding: "new")
      try swap.finish()
      #expect(try DurableFiles.text(swap.directory + "/what") == "new")
      #expect(try DurableFiles.text(place.path + "/backups/what") == "the operator's")
      #expect(try DurableFiles.text(place.path + "/data.old/what") == "the operator's")
    }
  }

  @Test func anInterruptedCreationLeavesNothingBehind() async throws {
    try await TestPlace.with { place in
      let node = TestNode.make(1, in: place)
      try make(node.server.swap.clone, holding: "half")
      #expect(await node.server.observe().process == .absent)
      try await node.server.createCluster()
      #expect(await node.server.observe().process == .stopped)
      #expect(!DurableFiles.exists(node.server.swap.clone))
    }
  }

  @Test func aDirectoryThatIsNotOursIsRefused() async throws {
    try await TestPlace.with { place in
      let node = TestNode.make(1, in: place)
      try make(node.directory, holding: "the operator's")
      let error = try await failure { try await node.server.createCluster() }
      #expect(error.code == .directoryNotEmpty)
      #expect(try DurableFiles.text(node.directory + "/what") == "the operator's")
      let member = node.member
      let other = try await failure {
        try await node.server.clone(from: member, slot: member.slotName, progress: { _ in })
      }
      #expect(other.code == .directoryNotEmpty)
    }
  }

  @Test func aPortInUseIsNamedBeforeAnythingIsMade() async throws {
    try await TestPlace.with { place in
      let first = TestNode.make(1, in: place)
      try await first.becomePrimary()
      let second = TestNode.make(2, in: place) { $0.port = first.settings.port }
      let error = try await failure { try await second.server.createCluster() }
      #expect(error.code == .portInUse)
      #expect(error.message.contains(String(first.settings.port)))
      #expect(!DurableFiles.exists(second.directory))
    }
  }

  private func make(_ path: String, holding text: String) throws {
    try DurableFiles.makeDirectory(path)
    try DurableFiles.keep(path + "/what", as: text)
  }
}
