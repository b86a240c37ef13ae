internal import Glibc

extension DurableFiles {
  static func exists(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0
  }

  /// Where a symbolic link leads, also when nothing is there now; any other path is its own target.
  static func target(of path: String) -> String {
    var place = path
    // A chain of links that leads nowhere ends some time.
    for _ in 1...16 {
      var buffer = [CChar](repeating: 0, count: 4096)
      let count = readlink(place, &buffer, buffer.count)
      guard count > 0 else { return place }
      let link = String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
      place = link.hasPrefix("/") ? link : parent(of: place) + "/" + link
    }
    return place
  }

  /// The names in a directory; `nil` when it is not there.
  static func entries(of path: String) throws(ServerError) -> [String]? {
    guard let directory = opendir(path) else {
      if errno == ENOENT { return nil }
      throw .system(errno, couldNot: "list \(path)")
    }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) {
        String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names
  }

  /// Makes a directory that only its owner may enter; it may be there already.
  static func makeDirectory(_ path: String) throws(ServerError) {
    guard mkdir(path, 0o700) == 0 else {
      if errno == EEXIST { return }
      throw .system(errno, couldNot: "make the directory \(path)")
    }
    var owner = stat()
    if geteuid() == 0, stat(parent(of: path), &owner) == 0 {
      chown(path, owner.st_uid, owner.st_gid)
    }
    try syncDirectory(parent(of: path))
  }

  /// Removes a directory that holds nothing; it may be gone already.
  static func removeEmptyDirectory(_ path: String) throws(ServerError) {
    guard rmdir(path) == 0 || errno == ENOENT else {
      throw .system(errno, couldNot: "replace the directory \(path)")
    }
  }

  /// Gives a file or directory another name, durably.
  static func rename(_ path: String, to place: String) throws(ServerError) {
    guard Glibc.rename(path, place) == 0 else {
      throw .system(errno, couldNot: "rename \(path) to \(place)")
    }
    try syncDirectory(parent(of: place))
    if parent(of: path) != parent(of: place) { try syncDirectory(parent(of: path)) }
  }

  /// Removes a file, durably; it may be gone already.
  static func remove(_ path: String) throws(ServerError) {
    guard unlink(path) == 0 else {
      if errno == ENOENT { return }
      throw .system(errno, couldNot: "remove \(path)")
    }
    try syncDirectory(parent(of: path))
  }

  /// Removes a directory with all it holds; symbolic links are removed, not followed.
  static func removeTree(_ path: String) throws(ServerError) {
    var status = stat()
    guard lstat(path, &status) == 0 else { return }
    if status.st_mode & S_IFMT == S_IFDIR {
      for name in try entries(of: path) ?? [] { try removeTree(path + "/" + name) }
      guard rmdir(path) == 0 || errno == ENOENT else {
        throw .system(errno, couldNot: "remove \(path)")
      }
    } else {
      guard unlink(path) == 0 || errno == ENOENT else {
        throw .system(errno, couldNot: "remove \(path)")
      }
    }
  }

  /// Copies a file as it is, durably; says whether there was one.
  @discardableResult
  static func copy(_ path: String, to place: String) throws(ServerError) -> Bool {
    guard let content = try read(path) else { return false }
    var status = stat()
    let mode = stat(path, &status) == 0 ? status.st_mode & 0o7777 : 0o600
    try replace(place, with: content, mode: mode)
    return true
  }

  /// Bytes that may still be written to the file system of this path; `nil` when that is unknown.
  static func freeSpace(at path: String) -> UInt64? {
    var system = statvfs()
    guard statvfs(path, &system) == 0 else { return nil }
    return UInt64(system.f_bavail) * UInt64(system.f_frsize)
  }

  /// Which file this is, whatever its name: device and number.
  static func identity(of path: String) -> FileIdentity? {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    return FileIdentity(device: UInt64(status.st_dev), number: UInt64(status.st_ino))
  }
}

/// A file or directory, whatever its name.
struct FileIdentity: Equatable, Sendable {
  var device: UInt64
  var number: UInt64
}
