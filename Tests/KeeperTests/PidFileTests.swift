import Foundation
import Testing

@testable import Keeper

struct PidFileTests {
  let path = "\(FileManager.default.temporaryDirectory.path)/pid-\(UUID().uuidString)/a/b.pid"
  let me = ProcessInfo.processInfo.processIdentifier

  private func cleanUp() {
    let top = URL(fileURLWithPath: path).deletingLastPathComponent().deletingLastPathComponent()
    try? FileManager.default.removeItem(at: top)
  }

  private func hold() throws -> PidFile {
    try PidFile(path: path, pgdata: "/a/b", version: "1.0")
  }

  @Test func itSaysWhoKeepsWhatOneALine() throws {
    defer { cleanUp() }
    let file = try hold()
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "\(me)\n/a/b\n1.0\n")
    #expect(PidFile.holder(of: path) == .init(pid: me, pgdata: "/a/b", version: "1.0"))
    file.release()
    #expect(!FileManager.default.fileExists(atPath: path))
  }

  /// 0 and below would signal whole groups, and 1 is not ours to signal.
  @Test(arguments: ["-1", "0", "1", "", "4711 ", "99999999999"])
  func whatIsNoProcessOfOursIsNoHolder(pid: String) {
    #expect(PidFile.Content("\(pid)\n/a/b\n1.0\n") == nil)
    #expect(PidFile.Content("4711\n/a/b\n1.0\n")?.pid == 4711)
    #expect(PidFile.Content("4711\n/a/b") == nil)
  }

  @Test func aSecondKeeperIsToldThePidOfTheFirst() throws {
    defer { cleanUp() }
    let first = try hold()
    let error = #expect(throws: PidFileError.self) { try hold() }
    #expect(error?.code == .held(by: me))
    #expect(error?.message == "Process \(me) keeps /a/b already: it holds \(path).")
    #expect(PidFile.holder(of: path)?.pid == me)
    first.release()
  }

  @Test func aFileThatAKilledKeeperLeftStandsInNobodysWay() throws {
    defer { cleanUp() }
    do {
      // The end of the process drops the lock and leaves the file.
      let killed = try hold()
      _ = consume killed
    }
    #expect(FileManager.default.fileExists(atPath: path))
    #expect(PidFile.holder(of: path) == nil)
    let next = try hold()
    #expect(PidFile.holder(of: path)?.pid == me)
    next.release()
  }

  @Test func aLongerStaleFileIsReplacedWhole() throws {
    defer { cleanUp() }
    try FileManager.default.createDirectory(
      at: URL(fileURLWithPath: path).deletingLastPathComponent(), withIntermediateDirectories: true)
    try String(repeating: "99999\n", count: 100).write(
      toFile: path, atomically: false, encoding: .utf8)
    let file = try hold()
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "\(me)\n/a/b\n1.0\n")
    file.release()
  }

  @Test func directoriesAreTheirOwnersExceptBelowAPlaceThatAllShare() throws {
    defer { cleanUp() }
    let top = URL(fileURLWithPath: path).deletingLastPathComponent().deletingLastPathComponent()
      .path
    try FileManager.default.createDirectory(atPath: top, withIntermediateDirectories: true)
    for (mode, expected) in [(0o1777, 0o1777), (0o755, 0o700)] {
      try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: top)
      let file = try PidFile(
        path: "\(top)/\(mode)/b/c.pid", pgdata: "/a/b", version: "1.0")
      for directory in ["\(top)/\(mode)", "\(top)/\(mode)/b"] {
        let attributes = try FileManager.default.attributesOfItem(atPath: directory)
        #expect(attributes[.posixPermissions] as? Int == expected)
      }
      file.release()
    }
  }

  @Test func nobodyHoldsAFileThatIsNotThere() {
    #expect(PidFile.holder(of: path) == nil)
  }

  @Test func aPlaceThatCannotBeWrittenIsAnError() {
    let error = #expect(throws: PidFileError.self) {
      try PidFile(path: "/dev/null/b.pid", pgdata: "/a/b", version: "1.0")
    }
    #expect(error?.code == .fileSystem)
    let other = #expect(throws: PidFileError.self) {
      try PidFile(path: "/dev/null/a/b.pid", pgdata: "/a/b", version: "1.0")
    }
    #expect(other?.message == "Cannot make /dev/null/a: Not a directory.")
  }
}
