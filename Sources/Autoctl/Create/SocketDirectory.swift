internal import Glibc

/// Where a server's socket lies, through which this program connects.
enum SocketDirectory {
  /// `PG_REGRESS_SOCK_DIR` when set; else where clients of this system look first, when this user
  /// may write there; else /tmp, where everybody may.
  static func usual(in environment: [String: String]) -> String {
    if let directory = environment["PG_REGRESS_SOCK_DIR"], directory.hasPrefix("/") {
      return directory
    }
    return access("/var/run/postgresql", W_OK | X_OK) == 0 ? "/var/run/postgresql" : "/tmp"
  }
}
