internal import Glibc

/// A user of the operating system.
struct UserAccount: Sendable, Equatable {
  var id: UInt32
  var name: String
  var home: String

  /// The user that this program runs as.
  static var current: UserAccount {
    account(of: geteuid()) ?? UserAccount(id: geteuid(), name: "\(geteuid())", home: "/")
  }

  /// Who owns a file or directory; `nil` when it does not exist.
  static func owner(of path: String) -> UserAccount? {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    return account(of: status.st_uid)
      ?? UserAccount(id: status.st_uid, name: "\(status.st_uid)", home: "/")
  }

  private static func account(of id: UInt32) -> UserAccount? {
    guard let entry = getpwuid(id)?.pointee else { return nil }
    return UserAccount(
      id: id, name: String(cString: entry.pw_name), home: String(cString: entry.pw_dir))
  }
}
