internal import Glibc

/// Whether the disk of a data directory has room for what a server needs next.
enum FreeSpace {
  /// One segment of the write-ahead log, in bytes: a server that cannot write the next one stops.
  static let least: UInt64 = 16 << 20

  /// What is wrong, in a sentence; `nil` when there is room, or when nobody can tell.
  static func problem(of directory: String) -> String? {
    for path in [directory, directory + "/pg_wal"] {
      if let free = bytes(at: path), free < least {
        return "the disk is full: less than 16 MB are left where \(path) lies"
      }
    }
    return nil
  }

  private static func bytes(at path: String) -> UInt64? {
    var answer = statvfs()
    guard statvfs(path, &answer) == 0 else { return nil }
    return UInt64(answer.f_bavail) * UInt64(answer.f_frsize)
  }
}
