internal import Configuration
internal import Foundation
internal import Glibc
internal import Logging

/// Stops the service of a data directory, and removes what was created for it.
struct Removal {
  let locations: FileLocations
  let context: CommandContext

  /// Ends the service, if one runs.
  func stopService(within limit: Duration) async throws {
    let service = RunningService(locations: locations)
    guard try service.send(SIGTERM) else { return }
    guard try await service.waitForEnd(atMost: max(limit, .seconds(30)), in: context) else {
      throw CommandError(
        .badState, "The pg_autoctl that runs for \(locations.pgdata) does not stop.",
        hint: "Look at its log; nothing was removed.")
    }
  }

  /// Removes the data directory and our files. Its server must be stopped.
  func destroy() async throws {
    if let server = RunningServer(in: locations.pgdata) {
      throw CommandError(
        .server, "A server still runs in \(locations.pgdata), with process id \(server.process).",
        hint: "Stop it first; nothing was removed.")
    }
    if DurableFile.exists(locations.pgdata) {
      do {
        try FileManager.default.removeItem(atPath: locations.pgdata)
      } catch {
        try requireEmpty(locations.pgdata, after: error)
      }
    }
    try DurableFile.remove(locations.state)
    try DurableFile.remove(locations.group)
    // The last to go: with it the command can be given again.
    try DurableFile.remove(locations.configuration)
    context.logger.info("Removed \(locations.pgdata) and its configuration")
  }

  /// A mount point, or a directory whose parent is another user's, stays and is empty.
  private func requireEmpty(_ directory: String, after failure: any Error) throws {
    let entries = try? FileManager.default.contentsOfDirectory(atPath: directory)
    guard let entries, entries.allSatisfy({ $0 == "lost+found" }) else {
      throw CommandError(
        .server, "The directory \(directory) cannot be removed: \(failure).",
        hint: "Remove it as the user who owns it; the configuration is kept until then.")
    }
    context.logger.info("\(directory) itself cannot be removed; it is empty")
  }
}
