internal import Glibc

/// A server process as its `postmaster.pid` describes it.
struct Postmaster: Equatable, Sendable {
  var id: pid_t
  var port: Int
  /// The directory of its unix socket; "" when it has none.
  var socketDirectory: String
  /// The address it listens on first; "" when it does not.
  var listenAddress: String
  /// What it says of itself: starting, ready, standby, stopping.
  var status: String

  /// Reads a `postmaster.pid`: process, directory, start time, port, socket, address, memory, status.
  init?(_ text: String) {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    guard let first = lines.first, let number = pid_t(first.filter { $0 != " " }), number > 1 else {
      return nil
    }
    func line(_ index: Int) -> String {
      guard lines.indices.contains(index) else { return "" }
      return String(lines[index].reversed().drop { $0 == " " }.reversed())
    }
    id = number
    port = Int(line(3)) ?? 0
    socketDirectory = line(4)
    listenAddress = line(5)
    status = line(7)
  }

  /// The server that lives in a directory. A file whose process has ended, or whose number belongs
  /// to another program by now, tells of none.
  static func living(in directory: String) -> Postmaster? {
    guard let text = try? DurableFiles.text(file(in: directory)),
      let postmaster = Postmaster(text), postmaster.isServer(of: directory)
    else { return nil }
    return postmaster
  }

  static func file(in directory: String) -> String { directory + "/postmaster.pid" }

  /// Is the process of this number alive, and a server of this directory rather than another one's
  /// or a child of such?
  func isServer(of directory: String) -> Bool {
    guard let entry = ProcessTable.entry(of: id), !entry.hasEnded,
      ProcessTable.program(of: id) == "postgres",
      let place = DurableFiles.identity(of: directory)
    else { return false }
    let worksHere = ProcessTable.workingDirectory(of: id).map { $0 == place }
    guard worksHere ?? ProcessTable.arguments(of: id).contains(directory) else { return false }
    return ProcessTable.workingDirectory(of: entry.parent) != place
      || ProcessTable.program(of: entry.parent) != "postgres"
  }

  /// Has it been stopped by a signal?
  var isStopped: Bool { ProcessTable.entry(of: id)?.isStopped ?? false }
}
