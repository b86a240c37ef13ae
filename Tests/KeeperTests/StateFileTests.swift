import Failover
import Foundation
import Testing

@testable import Keeper

struct StateFileTests {
  let path = "\(FileManager.default.temporaryDirectory.path)/state-\(UUID().uuidString)/a/b.state"

  private func sample() -> KeeperState {
    var state = KeeperState(
      formation: "default", nodeID: 3, groupID: 1, current: .primary, goal: .draining,
      systemIdentifier: UInt64.max - 5)
    state.isFenced = true
    state.isCloned = true
    state.mustRejoin = true
    state.confirmedStandbyNames = "ANY 1 (pgautofailover_standby_2)"
    return state
  }

  private func cleanUp() {
    let top = URL(fileURLWithPath: path).deletingLastPathComponent().deletingLastPathComponent()
    try? FileManager.default.removeItem(at: top)
  }

  @Test(arguments: NodeState.allCases)
  func whatIsSavedIsLoaded(current: NodeState) async throws {
    defer { cleanUp() }
    var state = sample()
    state.current = current
    try await StateFile(path: path).save(state)
    #expect(try StateFile(path: path).load() == state)
    state.systemIdentifier = nil
    state.confirmedStandbyNames = nil
    try await StateFile(path: path).save(state)
    #expect(try StateFile(path: path).load() == state)
  }

  @Test func onlyItsOwnerReadsIt() async throws {
    defer { cleanUp() }
    try await StateFile(path: path).save(sample())
    let attributes = try FileManager.default.attributesOfItem(atPath: path)
    #expect(attributes[.posixPermissions] as? Int == 0o600)
  }

  @Test func nothingHalfWrittenIsLeftBeside() async throws {
    defer { cleanUp() }
    try await StateFile(path: path).save(sample())
    let directory = URL(fileURLWithPath: path).deletingLastPathComponent().path
    #expect(try FileManager.default.contentsOfDirectory(atPath: directory) == ["b.state"])
  }

  @Test func aFileThatHoldsTheStateAlreadyIsLeftAlone() async throws {
    defer { cleanUp() }
    let file = StateFile(path: path)
    try await file.save(sample())
    let before = try FileManager.default.attributesOfItem(atPath: path)[.systemFileNumber] as? Int
    try await file.save(sample())
    let after = try FileManager.default.attributesOfItem(atPath: path)[.systemFileNumber] as? Int
    #expect(before == after)
    var changed = sample()
    changed.isFenced = false
    try await file.save(changed)
    #expect(try StateFile(path: path).load() == changed)
  }

  @Test func aFileCutAnywhereIsAnErrorThatNamesIt() async throws {
    defer { cleanUp() }
    try await StateFile(path: path).save(sample())
    let whole = try Data(contentsOf: URL(fileURLWithPath: path))
    // The last two characters are the brace and a line end.
    for length in 0..<(whole.count - 1) {
      try whole.prefix(length).write(to: URL(fileURLWithPath: path))
      let error = #expect(throws: StateFileError.self) { try StateFile(path: path).load() }
      #expect(error?.code == .damaged)
      #expect(error?.message.contains(path) == true)
      #expect(error?.hint?.contains("pg_autoctl drop node") == true)
    }
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == whole.prefix(whole.count - 2))
  }

  @Test func anotherFormatIsAnErrorThatSaysWhich() async throws {
    defer { cleanUp() }
    try await StateFile(path: path).save(sample())
    let text = try String(contentsOfFile: path, encoding: .utf8)
    try text.replacingOccurrences(of: "\"format\" : 1", with: "\"format\" : 2")
      .write(toFile: path, atomically: false, encoding: .utf8)
    let error = #expect(throws: StateFileError.self) { try StateFile(path: path).load() }
    #expect(error?.code == .unknownFormat)
    #expect(
      error?.message == "The state file \(path) has format 2, and this program knows format 1.")
  }

  @Test(arguments: [
    ("\"primary\"", "\"prymary\""), ("\"node_id\"", "\"node\""),
    ("\"18446744073709551610\"", "\"x\""),
    ("\"group_id\" : 1", "\"group_id\" : \"1\""),
  ])
  func junkInAKeyIsDamage(good: String, bad: String) async throws {
    defer { cleanUp() }
    try await StateFile(path: path).save(sample())
    let text = try String(contentsOfFile: path, encoding: .utf8)
    #expect(text.contains(good))
    try text.replacingOccurrences(of: good, with: bad)
      .write(toFile: path, atomically: false, encoding: .utf8)
    let error = #expect(throws: StateFileError.self) { try StateFile(path: path).load() }
    #expect(error?.code == .damaged)
  }

  @Test func aMissingFileSaysHowToMakeOne() {
    let error = #expect(throws: StateFileError.self) { try StateFile(path: path).load() }
    #expect(error?.code == .missing)
    #expect(error?.hint == "Create the node first with: pg_autoctl create postgres")
  }

  @Test func aPlaceThatCannotBeWrittenIsAnError() async throws {
    let error = await #expect(throws: StateFileError.self) {
      try await StateFile(path: "/dev/null/b.state").save(sample())
    }
    #expect(error?.code == .fileSystem)
  }

  @Test func aRemovedFileIsMissing() async throws {
    defer { cleanUp() }
    let file = StateFile(path: path)
    try await file.save(sample())
    #expect(file.exists)
    try file.remove()
    #expect(!file.exists)
    try file.remove()
    try await file.save(sample())
    #expect(file.exists)
  }
}
