internal import Foundation
internal import Synchronization

/// Hosts on one switch, each in namespaces of its own: network, processes, mounts, host name. They
/// see one another by address and by name, and nothing of the machine they run on.
public final class VirtualNetwork: Sendable {
  let workspace: Workspace
  private let attached = Mutex<[VirtualHost]>([])

  /// All hosts, in the order in which they were added.
  public var hosts: [VirtualHost] { attached.withLock { $0 } }
  /// Addresses of this network, for access rules.
  public var range: String { "10.77.\(workspace.number).0/24" }

  var switchNamespace: String { workspace.name + "-switch" }
  var hostsFile: String { workspace.path + "/hosts" }

  /// Makes an empty network. What killed runs left behind is removed first. Needs root.
  public init() async throws {
    guard Paths.isRoot else { throw NeedsRoot() }
    try await Workspace.removeLeftovers()
    workspace = try Workspace()
    try workspace.install(program: "background", script: Self.background)
    try "127.0.0.1 localhost\n".write(toFile: hostsFile, atomically: false, encoding: .utf8)
    try await Command.succeed(["ip", "netns", "add", switchNamespace])
    try await Command.succeed(
      ["ip", "-n", switchNamespace, "link", "add", "bridge", "type", "bridge"])
    try await Command.succeed(["ip", "-n", switchNamespace, "link", "set", "bridge", "up"])
  }

  /// Adds a host and boots it.
  public func addHost(named name: String) async throws -> VirtualHost {
    let index = attached.withLock { $0.count + 1 }
    let host = try VirtualHost(
      name: name, address: "10.77.\(workspace.number).\(index)", port: "port\(index)", network: self
    )
    attached.withLock { $0.append(host) }
    try await host.connect()
    // The file is bound into running hosts, so it must stay the same file.
    let line = "\(host.address) \(name)\n"
    let file = try FileHandle(forWritingTo: URL(fileURLWithPath: hostsFile))
    try file.seekToEnd()
    try file.write(contentsOf: Data(line.utf8))
    try file.close()
    try await host.boot()
    return host
  }

  /// Installs a program on all hosts, under its own name.
  public func install(program: String, from source: String) throws {
    try workspace.install(program: program, from: source)
  }

  /// Powers everything off and removes it.
  public func remove() async throws {
    try await workspace.remove()
  }

  /// Runs a command apart from its caller, keeps its process id, log and exit status in files.
  private static let background = """
    #!/bin/sh
    # usage: background LOG PID_FILE STATUS_FILE COMMAND...
    log=$1 pid_file=$2 status_file=$3
    shift 3
    rm -f "$status_file"
    sh -c 'echo $$ >"$0.new" && mv "$0.new" "$0" && exec "$@"' "$pid_file" "$@" \\
      >>"$log" 2>&1 </dev/null
    echo $? >"$status_file"

    """
}

/// The tests on virtual hosts were started by an ordinary user.
public struct NeedsRoot: Error, CustomStringConvertible {
  /// What happened, and what to do.
  public let description =
    "Virtual hosts need root, because they are made of namespaces. Run: sudo make test-e2e"
}
