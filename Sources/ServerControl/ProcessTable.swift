internal import Glibc

/// What the operating system tells about processes, from `/proc`.
enum ProcessTable {
  /// A process that exists.
  struct Entry: Equatable {
    var id: pid_t
    /// R, S, D, T (stopped), Z (ended, not yet collected by its parent) …
    var state: Character
    var parent: pid_t
    var session: pid_t
    /// Processor time used so far, in the kernel's ticks.
    var ticks: UInt64

    /// Has it ended already?
    var hasEnded: Bool { state == "Z" || state == "X" || state == "x" }
    /// Has it been stopped by a signal, so that it cannot act on any but SIGKILL and SIGCONT?
    var isStopped: Bool { state == "T" || state == "t" }
  }

  /// Where the table lies.
  private static let root = "/proc"

  /// The process of this number; `nil` when there is none.
  static func entry(of id: pid_t) -> Entry? {
    guard let line = try? DurableFiles.text("\(root)/\(id)/stat"),
      let close = line.lastIndex(of: ")")
    else { return nil }
    // After the name in parentheses: state, parent, group, session; then as number 14 and 15 the ticks.
    let fields = line[line.index(after: close)...].split(separator: " ")
    guard fields.count > 12, let state = fields[0].first, let parent = pid_t(fields[1]),
      let session = pid_t(fields[3])
    else { return nil }
    let ticks = (UInt64(fields[11]) ?? 0) + (UInt64(fields[12]) ?? 0)
    return Entry(id: id, state: state, parent: parent, session: session, ticks: ticks)
  }

  /// All processes that have not ended.
  static func living() -> [Entry] {
    let names = (try? DurableFiles.entries(of: root)) ?? []
    return names.compactMap { pid_t($0) }.compactMap(entry(of:)).filter { !$0.hasEnded }
  }

  /// The arguments, the program first; empty when they cannot be read.
  static func arguments(of id: pid_t) -> [String] {
    guard let text = try? DurableFiles.text("\(root)/\(id)/cmdline") else { return [] }
    return text.split(separator: "\0", omittingEmptySubsequences: true).map(String.init)
  }

  /// The name of the program's file, or the name it runs under when the file is not shown to us.
  static func program(of id: pid_t) -> String {
    var buffer = [CChar](repeating: 0, count: 4096)
    let count = readlink("\(root)/\(id)/exe", &buffer, buffer.count)
    if count > 0 {
      let bytes = buffer[..<count].map { UInt8(bitPattern: $0) }
      let name = DurableFiles.name(of: String(decoding: bytes, as: UTF8.self))
      // So it is called after a package was upgraded beneath a running program.
      let mark = " (deleted)"
      return name.hasSuffix(mark) ? String(name.dropLast(mark.count)) : name
    }
    let name = (try? DurableFiles.text("\(root)/\(id)/comm")) ?? ""
    return String(name.prefix { !$0.isNewline })
  }

  /// Which directory a process works in; `nil` when that is not shown to us.
  static func workingDirectory(of id: pid_t) -> FileIdentity? {
    DurableFiles.identity(of: "\(root)/\(id)/cwd")
  }

  /// A figure that changes as long as any process of this session reads, writes or computes.
  static func activity(ofSession session: pid_t) -> UInt64 {
    living().filter { $0.session == session || $0.id == session }
      .reduce(0) { $0 &+ activity(of: $1) }
  }

  /// A figure that changes as long as this process reads, writes or computes.
  static func activity(of entry: Entry) -> UInt64 {
    let counters = (try? DurableFiles.text("\(root)/\(entry.id)/io")) ?? ""
    return counters.split(separator: "\n")
      .filter { $0.hasPrefix("rchar") || $0.hasPrefix("wchar") }
      .compactMap { $0.split(separator: " ").last.flatMap { UInt64($0) } }
      .reduce(entry.ticks, &+)
  }
}

extension ProcessTable {
  /// The living processes of a server in this directory: the postmaster and its children.
  static func servers(in directory: String) -> [Entry] {
    guard let place = DurableFiles.identity(of: directory) else { return [] }
    return living().filter {
      workingDirectory(of: $0.id) == place && program(of: $0.id) == "postgres"
    }
  }

  /// The living programs other than a server that were told to work on this directory, such as a
  /// `pg_rewind` that outlived the keeper that began it.
  static func tools(on directory: String) -> [Entry] {
    let names: Set = ["pg_rewind", "pg_basebackup", "initdb"]
    return living().filter { entry in
      names.contains(program(of: entry.id))
        && arguments(of: entry.id).contains { $0 == directory || $0.hasSuffix("=" + directory) }
    }
  }

  /// Is a server for this directory on its way, between `pg_ctl` and its first steps?
  static func isStarting(in directory: String) -> Bool {
    if !servers(in: directory).isEmpty { return true }
    let names: Set = ["postgres", "pg_ctl", "sh", "dash", "bash"]
    return living().contains { entry in
      guard names.contains(program(of: entry.id)) else { return false }
      let line = arguments(of: entry.id)
      return line.contains { $0.contains("postgres") || $0.contains("pg_ctl") }
        && line.contains { $0.contains(directory) }
    }
  }
}
