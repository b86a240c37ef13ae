internal import Glibc

/// Files that are whole or not there: written aside, synced, then renamed.
public enum DurableFile {
  /// Writes a text so that after a crash at any moment either the old or the new content is there.
  /// Missing directories are made for their owner only. `mode` is the mode of the file.
  public static func write(
    _ text: String, to path: String, mode: UInt32 = 0o600
  ) throws(ConfigurationError) {
    try makeParent(of: path)
    let aside = path + ".new"
    // A leftover of an interrupted write may have another mode.
    unlink(aside)
    let descriptor = open(aside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
    guard descriptor >= 0 else { throw SystemFailure.about(aside, doing: "write it") }
    let isWritten = writeAll(Array(text.utf8), to: descriptor) && fsync(descriptor) == 0
    let failure = isWritten ? nil : SystemFailure.about(aside, doing: "write it")
    close(descriptor)
    if let failure {
      unlink(aside)
      throw failure
    }
    guard rename(aside, path) == 0 else {
      throw SystemFailure.about(path, doing: "replace it")
    }
    try sync(parent(of: path))
  }

  /// Reads a whole text file; `noFile` when there is none.
  public static func read(_ path: String) throws(ConfigurationError) -> String {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw SystemFailure.about(path, doing: "read it") }
    defer { close(descriptor) }
    var content: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 16_384)
    while true {
      let count = Glibc.read(descriptor, &buffer, buffer.count)
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw SystemFailure.about(path, doing: "read it") }
      if count == 0 { break }
      content += buffer[..<count]
    }
    return String(decoding: content, as: UTF8.self)
  }

  /// Removes a file durably; harmless when there is none.
  public static func remove(_ path: String) throws(ConfigurationError) {
    guard unlink(path) == 0 else {
      if errno == ENOENT { return }
      throw SystemFailure.about(path, doing: "remove it")
    }
    try sync(parent(of: path))
  }

  /// Is there anything at this path?
  public static func exists(_ path: String) -> Bool {
    access(path, F_OK) == 0
  }

  /// Makes the directory of a file, and those above it, for their owner only. Right below a directory
  /// that everybody shares, such as /tmp, it is made for everybody too.
  public static func makeParent(of path: String) throws(ConfigurationError) {
    try makeDirectories(parent(of: path))
  }

  private static func parent(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  private static func makeDirectories(_ path: String) throws(ConfigurationError) {
    if path == "/" || exists(path) { return }
    let above = parent(of: path)
    try makeDirectories(above)
    if mkdir(path, 0o700) != 0 && errno != EEXIST {
      throw SystemFailure.about(path, doing: "make the directory")
    }
    if isShared(above) { chmod(path, 0o1777) }
  }

  /// May everybody make files here, each being protected from the others?
  private static func isShared(_ directory: String) -> Bool {
    var status = stat()
    return stat(directory, &status) == 0 && status.st_mode & 0o1002 == 0o1002
  }

  private static func writeAll(_ bytes: [UInt8], to descriptor: CInt) -> Bool {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { return false }
      rest = rest.dropFirst(count)
    }
    return true
  }

  private static func sync(_ directory: String) throws(ConfigurationError) {
    let descriptor = open(directory, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw SystemFailure.about(directory, doing: "sync it") }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw SystemFailure.about(directory, doing: "sync it") }
  }
}
