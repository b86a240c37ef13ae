/// The version of this software, in the one place where it is written down.
public enum Version {
  /// The version of `pg_autoctl`.
  public static let program = "1.1"
  /// The version of the extension that this program installs on a monitor and speaks with.
  public static let `extension` = "1.1"
  /// The major versions of PostgreSQL that the tests run on. Others from 13 on are not refused.
  public static let postgres = [15, 18]
}
