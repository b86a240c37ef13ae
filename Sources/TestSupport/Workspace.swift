internal import Foundation
internal import Synchronization

#if canImport(Glibc)
  internal import Glibc
#endif

/// A folder for one fixture, with a name that no other has. It is held as long as this process
/// lives, so that the next run can tell what a killed one left behind.
final class Workspace: Sendable {
  /// Leads the names of everything that fixtures leave outside their folder, such as namespaces.
  static let prefix = "pgaf"
  private static let root = "/var/tmp"
  private static let count = Atomic<Int>(0)

  /// The fixture's number in this process, from 1 on.
  let number: Int
  /// Begins the names of namespaces that belong to this fixture.
  let name: String
  /// The folder.
  let path: String
  private let lock: Int32
  private let lifelineEnd: Int32

  /// A pipe that hosts read from: when this process ends, however it does, they end with it.
  var lifeline: String { path + "/lifeline" }
  /// Programs that the hosts of the fixture run.
  var programs: String { path + "/bin" }

  init() throws {
    number = Self.count.add(1, ordering: .relaxed).newValue
    name = "\(Self.prefix)\(getpid())-\(number)"
    path = "\(Self.root)/\(name)"
    // Held before it has its name: another fixture that begins at this moment would take it for a leftover.
    let nameless = "\(Self.root)/new-\(name)"
    try FileManager.default.createDirectory(
      atPath: nameless + "/bin", withIntermediateDirectories: true,
      attributes: [.posixPermissions: 0o755])
    lock = open(nameless + "/lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard lock >= 0, flock(lock, LOCK_EX | LOCK_NB) == 0,
      mkfifo(nameless + "/lifeline", 0o600) == 0
    else { throw CocoaError(.fileWriteUnknown) }
    try FileManager.default.moveItem(atPath: nameless, toPath: path)
    lifelineEnd = open(path + "/lifeline", O_RDWR | O_CLOEXEC)
    guard lifelineEnd >= 0 else { throw CocoaError(.fileWriteUnknown) }
  }

  /// Puts a program where the hosts' users can reach it.
  func install(program: String, from source: String) throws {
    let target = "\(programs)/\(program)"
    try FileManager.default.copyItem(atPath: source, toPath: target)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: target)
  }

  /// Puts a script where the hosts' users can reach it.
  func install(program: String, script: String) throws {
    let target = "\(programs)/\(program)"
    try script.write(toFile: target, atomically: false, encoding: .utf8)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: target)
  }

  /// Ends what still runs, and removes everything.
  func remove() async throws {
    close(lifelineEnd)
    try await Self.remove(name: name)
    close(lock)
  }

  /// Removes what processes that are gone have left behind.
  static func removeLeftovers() async throws {
    let names = try FileManager.default.contentsOfDirectory(atPath: root)
    for name in names where name.hasPrefix(prefix) && name.contains("-") {
      let lock = open("\(root)/\(name)/lock", O_RDWR | O_CLOEXEC)
      guard lock >= 0 else { continue }
      defer { close(lock) }
      if flock(lock, LOCK_EX | LOCK_NB) == 0 { try await remove(name: name) }
    }
  }

  private static func remove(name: String) async throws {
    let path = "\(root)/\(name)"
    let namespaces = try await Command.succeed(["ip", "netns", "list"]).output.lines
      .compactMap { $0.split(separator: " ").first.map(String.init) }
      .filter { $0.hasPrefix(name + "-") }
    for namespace in namespaces {
      try await eventually("the processes of \(namespace) to end", every: .milliseconds(20)) {
        let pids = try await Command.succeed(["ip", "netns", "pids", namespace]).output.lines
        guard pids.isEmpty else {
          _ = try await Command.run(["kill", "-KILL"] + pids)
          throw NotYet("processes \(pids.joined(separator: " "))")
        }
      }
      try await Command.succeed(["ip", "netns", "delete", namespace])
    }
    let mounts = try String(contentsOfFile: "/proc/self/mounts", encoding: .utf8).lines
      .compactMap { line in line.split(separator: " ").dropFirst().first.map(String.init) }
      .filter { $0.hasPrefix(path + "/") }
    for mount in mounts.reversed() { try await Command.succeed(["umount", "--lazy", mount]) }
    try FileManager.default.removeItem(atPath: path)
  }
}
