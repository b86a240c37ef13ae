internal import Foundation

#if canImport(Glibc)
  internal import Glibc
#endif

/// Where things lie on this machine.
public enum Paths {
  /// The repository.
  public static let repository: String = {
    let file = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
    return file.deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
      .path
  }()

  /// The command under test: the environment's `PG_AUTOCTL`, else the release build.
  public static var autoctl: String {
    environment("PG_AUTOCTL") ?? repository + "/.build/release/pg_autoctl"
  }

  /// The client that writes: the environment's `WRITER`, else what was built beside this program.
  public static var writer: String { environment("WRITER") ?? besideThisProgram("writer") }

  /// The command whose keeper is in a hurry, where it was built.
  public static var hastyKeeper: String { besideThisProgram("hasty-keeper") }

  /// The client of the fault laboratory, where it was built.
  public static var chaosClient: String { besideThisProgram("chaos-client") }

  /// What makes a server's disk bad, where it was built.
  public static var badDisk: String { besideThisProgram("bad_disk.so") }

  /// What makes a link slow, where it was built.
  public static var slowLink: String { besideThisProgram("slow_link") }

  private static func besideThisProgram(_ name: String) -> String {
    URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
      .deletingLastPathComponent().appendingPathComponent(name).path
  }

  /// PostgreSQL's own programs: the environment's `PG_BINDIR`, else Debian's for version 15.
  public static var postgresPrograms: String {
    environment("PG_BINDIR") ?? "/usr/lib/postgresql/15/bin"
  }

  /// The server's control program, as `--pgctl` wants it.
  public static var pgctl: String { postgresPrograms + "/pg_ctl" }

  static var isRoot: Bool { geteuid() == 0 }

  static func environment(_ name: String) -> String? {
    ProcessInfo.processInfo.environment[name].flatMap { $0.isEmpty ? nil : $0 }
  }
}
