internal import Configuration
internal import Subprocess
internal import SystemPackage

/// The files of the extension, for one installation of PostgreSQL.
enum ExtensionFiles {
  /// Are they installed? `nil` when `initdb` does not tell where they would be.
  static func areInstalled(for binDirectory: String) async -> Bool? {
    guard let share = await shareDirectory(of: binDirectory) else { return nil }
    return DurableFile.exists("\(share)/extension/pgautofailover.control")
  }

  /// `initdb --show` says it and creates nothing; `pg_config` is often not installed.
  private static func shareDirectory(of binDirectory: String) async -> String? {
    let result = try? await Subprocess.run(
      .path(FilePath("\(binDirectory)/initdb")),
      arguments: ["--show", "--pgdata", "/nonexistent"],
      environment: .inherit.updating(["LC_ALL": "C"]), input: .none,
      output: .string(limit: 65_536), error: .combinedWithOutput)
    let lines = (result?.standardOutput ?? "").split(whereSeparator: \.isNewline)
    let line = lines.first { $0.hasPrefix("share_path=") }
    return line.map { String($0.dropFirst("share_path=".count)) }
  }
}
