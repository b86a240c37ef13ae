internal import Glibc

/// Files that are read whole and replaced whole, so that nobody ever sees half of one, and what was
/// replaced is on disk before the call returns.
enum DurableFiles {
  /// The content, or `nil` when there is no such file.
  static func read(_ path: String) throws(ServerError) -> [UInt8]? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      if errno == ENOENT || errno == ENOTDIR { return nil }
      throw .system(errno, couldNot: "read \(path)")
    }
    defer { Glibc.close(descriptor) }
    var content: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = Glibc.read(descriptor, &buffer, buffer.count)
      if count == 0 { return content }
      if count < 0 {
        if errno == EINTR { continue }
        throw .system(errno, couldNot: "read \(path)")
      }
      content += buffer[..<count]
    }
  }

  /// The content as text, or `nil` when there is no such file.
  static func text(_ path: String) throws(ServerError) -> String? {
    try read(path).map { String(decoding: $0, as: UTF8.self) }
  }

  /// Writes aside, syncs, renames into place, syncs the directory. Keeps the mode of a file that was
  /// there unless one is given. A symbolic link stays; what it points at is replaced.
  static func replace(
    _ path: String, with content: [UInt8], mode: mode_t? = nil
  ) throws(ServerError) {
    let place = resolved(path)
    let aside = place + ".autoctl_tmp"
    var previous = stat()
    let existed = stat(place, &previous) == 0
    let finalMode = mode ?? (existed ? previous.st_mode & 0o7777 : 0o600)
    let descriptor = open(aside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw .system(errno, couldNot: "write \(aside)") }
    do throws(ServerError) {
      defer { Glibc.close(descriptor) }
      try write(content, to: descriptor, named: aside)
      guard fchmod(descriptor, finalMode) == 0 else {
        throw .system(errno, couldNot: "set the mode of \(aside)")
      }
      belong(descriptor, toOwnerOf: existed ? place : parent(of: place))
      guard fsync(descriptor) == 0 else { throw .system(errno, couldNot: "sync \(aside)") }
    } catch {
      unlink(aside)
      throw error
    }
    guard Glibc.rename(aside, place) == 0 else {
      throw .system(errno, couldNot: "rename \(aside) to \(place)")
    }
    try syncDirectory(parent(of: place))
  }

  /// Replaces the file unless it holds just this; says whether it did.
  @discardableResult
  static func keep(
    _ path: String, as content: String, mode: mode_t? = nil
  ) throws(ServerError) -> Bool {
    let bytes = Array(content.utf8)
    if try read(path) == bytes { return false }
    try replace(path, with: bytes, mode: mode)
    return true
  }

  /// Makes the names in a directory durable.
  static func syncDirectory(_ path: String) throws(ServerError) {
    let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .system(errno, couldNot: "open \(path)") }
    defer { Glibc.close(descriptor) }
    guard fsync(descriptor) == 0 else { throw .system(errno, couldNot: "sync \(path)") }
  }

  private static func write(
    _ content: [UInt8], to descriptor: Int32, named path: String
  ) throws(ServerError) {
    var written = 0
    while written < content.count {
      let count = content[written...].withUnsafeBytes {
        Glibc.write(descriptor, $0.baseAddress, $0.count)
      }
      if count < 0 {
        if errno == EINTR { continue }
        throw .system(errno, couldNot: "write \(path)")
      }
      written += count
    }
  }

  /// As root (in tests) files belong to whom the place belongs to; otherwise this changes nothing.
  private static func belong(_ descriptor: Int32, toOwnerOf path: String) {
    var owner = stat()
    guard geteuid() == 0, stat(path, &owner) == 0 else { return }
    fchown(descriptor, owner.st_uid, owner.st_gid)
  }

  /// The place behind symbolic links, where there is one already.
  private static func resolved(_ path: String) -> String {
    guard let real = realpath(path, nil) else { return path }
    defer { free(real) }
    return String(cString: real)
  }

  static func parent(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  static func name(of path: String) -> String {
    String(path[(path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex)...])
  }
}
