internal import Glibc

/// What the operating system said about the last call that failed.
enum SystemFailure {
  /// The reason, as `strerror` words it, for messages.
  static var reason: String { String(cString: strerror(errno)) }

  /// A file-system error about a path, from a call that has just failed.
  static func about(_ path: String, doing what: String) -> ConfigurationError {
    let missing = errno == ENOENT
    return ConfigurationError(
      code: missing ? .noFile : .fileSystem, file: path, message: "cannot \(what): \(reason)",
      hint: missing ? nil : "Check the owner and the permissions of \(path).")
  }
}
