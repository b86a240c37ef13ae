internal import Configuration
internal import Glibc

/// What stands where a server is to be created.
enum TargetDirectory: Sendable, Equatable {
  case absent
  case empty
  /// A cluster of PostgreSQL.
  case cluster

  /// Looks at the place; an error when it is not one for a server.
  init(_ path: String) throws {
    var status = stat()
    guard stat(path, &status) == 0 else {
      try Self.refuseUnlessWritable(Self.existingParent(of: path), for: path)
      self = .absent
      return
    }
    guard status.st_mode & S_IFMT == S_IFDIR else {
      throw CommandError(
        .badArguments, "\(path) is not a directory.", hint: "Name another place with --pgdata.")
    }
    if DurableFile.exists(path + "/PG_VERSION") {
      self = .cluster
      return
    }
    guard try Self.isEmpty(path) else {
      throw CommandError(
        .badArguments, "The directory \(path) is not empty, and holds no PostgreSQL server.",
        hint: "Name an empty or a new directory with --pgdata; nothing was changed there.")
    }
    try Self.refuseUnlessWritable(path, for: path)
    self = .empty
  }

  private static func isEmpty(_ path: String) throws -> Bool {
    guard let directory = opendir(path) else {
      throw CommandError(
        .badArguments, "The directory \(path) cannot be read: \(String(cString: strerror(errno))).",
        hint: "Run pg_autoctl as the user who owns it, or name another one with --pgdata.")
    }
    defer { closedir(directory) }
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      // A file system brings lost+found along.
      if ![".", "..", "lost+found"].contains(name) { return false }
    }
    return true
  }

  private static func refuseUnlessWritable(_ directory: String, for path: String) throws {
    guard access(directory, W_OK | X_OK) != 0 else { return }
    throw CommandError(
      .badArguments,
      "A server cannot be created in \(path): \(directory): \(String(cString: strerror(errno))).",
      hint: "Run pg_autoctl as a user who may write there, or name another place with --pgdata.")
  }

  private static func existingParent(of path: String) -> String {
    let end = path.lastIndex(of: "/") ?? path.startIndex
    let parent = end == path.startIndex ? "/" : String(path[..<end])
    return parent == "/" || DurableFile.exists(parent) ? parent : existingParent(of: parent)
  }
}
