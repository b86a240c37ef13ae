internal import Glibc
internal import ServiceLifecycle

/// The program's code in memory. A service needs a tenth of it once it runs: command lines, help and setting up are
/// not performed again.
struct ProgramPages: Service {
  let clock: any Clock<Duration>

  /// Gives the pages back when the service begins, and again when it has run for a while.
  func run() async throws {
    Self.giveBack()
    await cancelWhenGracefulShutdown {
      try? await clock.sleep(for: .seconds(5))
      if !Task.isCancelled { Self.giveBack() }
    }
    try await gracefulShutdown()
  }

  /// Gives the pages of the code back to the system, as `madvise` (MADV_DONTNEED) does; those that are needed come
  /// back from the file. Only mappings that nobody may write are meant, so that nothing is lost.
  private static func giveBack() {
    guard let maps = fopen("/proc/self/maps", "re") else { return }
    defer { fclose(maps) }
    var line: UnsafeMutablePointer<CChar>?
    var capacity = 0
    defer { free(line) }
    while getline(&line, &capacity, maps) > 0, let text = line {
      // address-address perms offset device inode path
      let fields = String(cString: text).split(separator: " ", omittingEmptySubsequences: true)
      guard fields.count > 5, fields[1] == "r-xp" else { continue }
      let ends = fields[0].split(separator: "-").compactMap { UInt($0, radix: 16) }
      guard ends.count == 2, let start = UnsafeMutableRawPointer(bitPattern: ends[0]) else {
        continue
      }
      madvise(start, Int(ends[1] - ends[0]), MADV_DONTNEED)
    }
  }
}
