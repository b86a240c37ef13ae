internal import Foundation

extension VirtualHost {
  /// Makes a file system of this many megabytes for this host, and returns where it lies. A host
  /// that runs is booted anew, since its mounts are its own.
  public func addDisk(named disk: String, megabytes: Int) async throws -> String {
    let path = "\(folder)/\(disk)"
    let wasRunning = isRunning
    try await killAllProcesses()
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    let user = try await Command.succeed(["id", "-u", "postgres"]).text
    let group = try await Command.succeed(["id", "-g", "postgres"]).text
    let options = "size=\(megabytes)m,mode=0755,uid=\(user),gid=\(group)"
    try await Command.succeed(["mount", "-t", "tmpfs", "-o", options, "tmpfs", path])
    if wasRunning { try await boot() }
    return path
  }

  /// Fills a file system of this host to its last page. What others free meanwhile stays free.
  public func fillDisk(at path: String) async throws {
    // In large pieces, then the last page: nothing at all can be written any more.
    for size in ["64k", "4k"] {
      let outcome = try await Command.run([
        "dd", "if=/dev/zero", "of=\(path)/filler", "bs=\(size)", "oflag=append", "conv=notrunc",
      ])
      guard outcome.errorOutput.contains("No space left") else {
        throw CommandFailure(outcome: outcome)
      }
    }
  }

  /// Removes what filled it, also while the host is off.
  public func freeDisk(at path: String) async throws {
    try await Command.succeed(["rm", "-f", "\(path)/filler"])
  }
}
