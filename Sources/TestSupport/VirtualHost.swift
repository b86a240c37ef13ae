internal import Foundation
internal import Synchronization

#if canImport(Glibc)
  internal import Glibc
#endif

/// A machine of a `VirtualNetwork`. What is run on it runs as the user `postgres`, in that user's
/// home on this host, unless it is said otherwise.
public final class VirtualHost: Sendable {
  /// Its name, which the other hosts resolve.
  public let name: String
  /// Its address.
  public let address: String
  /// Holds all its files.
  public let folder: String
  let namespace: String
  let network: VirtualNetwork
  private let port: String
  /// The first process, as the machine counts it; all others end with it.
  private let firstProcess = Mutex<Int32?>(nil)

  /// The home of its user, where the guide's relative directories lie.
  public var home: String { folder + "/home" }
  /// The logs of what was started on it.
  public var logs: String { folder + "/logs" }
  /// Is it powered on?
  public var isRunning: Bool { firstProcess.withLock { $0 != nil } }

  init(name: String, address: String, port: String, network: VirtualNetwork) throws {
    self.name = name
    self.address = address
    self.port = port
    self.network = network
    namespace = "\(network.workspace.name)-\(name)"
    folder = "\(network.workspace.path)/\(name)"
    let user = getpwnam("postgres")
    guard let user else { throw CocoaError(.fileNoSuchFile) }
    for part in ["home", "logs", "run", "tmp"] {
      let path = "\(folder)/\(part)"
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
      chown(path, user.pointee.pw_uid, user.pointee.pw_gid)
    }
    chmod(folder + "/tmp", 0o1777)
  }

  // MARK: Power

  /// Powers it on: its processes are gone, its files are as they were left.
  public func boot() async throws {
    let pidFile = folder + "/first-process"
    try? FileManager.default.removeItem(atPath: pidFile)
    for file in try FileManager.default.contentsOfDirectory(atPath: logs)
    where file.hasSuffix(".pid") { try FileManager.default.removeItem(atPath: "\(logs)/\(file)") }
    try await Command.succeed(
      ["sh", "-c", #"setsid --fork "$@" >"$0" 2>&1 </dev/null"#, folder + "/boot.log"]
        + ["ip", "netns", "exec", namespace]
        + ["unshare", "--mount", "--uts", "--ipc", "--pid", "--fork", "bash", "-c", Self.startup]
        + [name, folder, network.hostsFile, network.workspace.lifeline])
    let pid = try await eventually(
      "\(name) to boot", within: .seconds(10), every: .milliseconds(10)
    ) {
      guard let text = try? String(contentsOfFile: pidFile, encoding: .utf8),
        let pid = Int32(text.trimmed)
      else {
        let log = (try? String(contentsOfFile: folder + "/boot.log", encoding: .utf8)) ?? ""
        throw NotYet("no process, \(log)")
      }
      return pid
    }
    firstProcess.withLock { $0 = pid }
  }

  /// Ends all its processes at one blow. Its address still answers: connections are refused.
  public func killAllProcesses() async throws {
    guard let pid = firstProcess.withLock({ $0.take() }) else { return }
    kill(pid, SIGKILL)
    try await eventually("the processes of \(name) to end", every: .milliseconds(20)) {
      let pids = try await Command.succeed(["ip", "netns", "pids", namespace]).text
      guard pids.isEmpty else { throw NotYet("processes \(pids)") }
    }
  }

  /// Powers it off without warning: no process, and nothing answers at its address.
  public func powerOff() async throws {
    try await cutLink()
    try await killAllProcesses()
  }

  /// Powers it on again, with its link. It knows no neighbours, like any host that boots: connections
  /// that outlived its processes looked for them in vain, and another one would be told the answer.
  public func powerOn() async throws {
    try await healLink()
    try await inNetwork(["neighbour", "flush", "dev", "eth0"])
    try await boot()
  }

  /// What the first process does: it gives the host a face of its own, then waits, and takes in
  /// processes whose parents are gone. It ends when the test's process does.
  private static let startup = #"""
    read -r pid _ </proc/self/stat
    set -e
    hostname "$0"
    mount -t proc proc /proc
    mount --bind "$1/run" /run/postgresql
    mount --bind "$1/tmp" /tmp
    mount --bind "$2" /etc/hosts
    exec 3<"$3"
    echo "$pid" >"$1/first-process.new"
    mv "$1/first-process.new" "$1/first-process"
    cat <&3 >/dev/null &
    wait $!
    """#

  // MARK: Link

  /// Plugs it into the switch.
  func connect() async throws {
    try await Command.succeed(["ip", "netns", "add", namespace])
    try await atSwitch(["link", "add", port, "type", "veth", "peer", "eth0", "netns", namespace])
    try await atSwitch(["link", "set", port, "master", "bridge", "up"])
    try await inNetwork(["address", "add", address + "/24", "dev", "eth0"])
    try await inNetwork(["link", "set", "eth0", "up"])
    try await inNetwork(["link", "set", "lo", "up"])
  }

  /// Pulls the cable: neither direction passes, nobody is told.
  public func cutLink() async throws {
    try await atSwitch(["link", "set", port, "down"])
  }

  /// Plugs the cable in again.
  public func healLink() async throws {
    try await atSwitch(["link", "set", port, "up"])
  }

  /// What this host sends to `other` is lost on the way; the other direction passes.
  public func loseTraffic(to other: VirtualHost) async throws {
    try await inNetwork(
      ["neighbour", "replace", other.address, "lladdr", "02:00:00:00:00:01", "dev", "eth0"]
        + ["nud", "permanent"])
  }

  /// What this host sends to `other` arrives again.
  public func deliverTraffic(to other: VirtualHost) async throws {
    try await inNetwork(["neighbour", "delete", other.address, "dev", "eth0"])
  }

  private func atSwitch(_ words: [String]) async throws {
    try await Command.succeed(["ip", "-n", network.switchNamespace] + words)
  }

  private func inNetwork(_ words: [String]) async throws {
    try await Command.succeed(["ip", "-n", namespace] + words)
  }

  // MARK: Running programs

  /// The command line that runs `words` on this host.
  func commandLine(
    _ words: [String], asRoot: Bool = false, environment: [String: String] = [:]
  ) throws -> [String] {
    guard let pid = firstProcess.withLock({ $0 }) else { throw NotYet("\(name) is powered off") }
    var variables = [
      "HOME": home, "USER": "postgres", "LOGNAME": "postgres", "LANG": "C.UTF-8",
      "PATH": "\(network.workspace.programs):/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin",
    ]
    variables.merge(environment) { _, given in given }
    let user =
      asRoot ? [] : ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
    return ["nsenter", "--target", "\(pid)", "--mount", "--uts", "--ipc", "--net", "--pid", "--"]
      + user + ["env", "--ignore-environment", "--chdir=\(home)"]
      + variables.sorted { $0.key < $1.key }.map { "\($0)=\($1)" } + words
  }
}

/// Pairs a host with the other one of a link.
extension VirtualHost {
  /// Nothing passes between the two any more, in either direction; all other links stay.
  public func cutLink(to other: VirtualHost) async throws {
    try await loseTraffic(to: other)
    try await other.loseTraffic(to: self)
  }

  /// Everything passes between the two again.
  public func healLink(to other: VirtualHost) async throws {
    try await deliverTraffic(to: other)
    try await other.deliverTraffic(to: self)
  }
}
