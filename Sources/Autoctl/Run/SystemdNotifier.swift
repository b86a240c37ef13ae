internal import Glibc
internal import Logging
internal import ServiceLifecycle

/// Tells systemd how the service is, through the socket that it names in NOTIFY_SOCKET (sd_notify(3)).
struct SystemdNotifier: Sendable {
  private let socketPath: String
  /// How long systemd waits for a sign of life before it kills the service; `nil` when it does not.
  let watchdog: Duration?

  /// `nil` when the service manager does not ask to be told.
  init?(environment: [String: String]) {
    guard let path = environment["NOTIFY_SOCKET"], path.hasPrefix("/") || path.hasPrefix("@"),
      path.utf8.count < MemoryLayout.size(ofValue: sockaddr_un().sun_path)
    else { return nil }
    socketPath = path
    let isForUs = environment["WATCHDOG_PID"].map { $0 == "\(getpid())" } ?? true
    watchdog = environment["WATCHDOG_USEC"].flatMap { isForUs ? Int64($0) : nil }
      .flatMap { $0 > 0 ? .microseconds($0) : nil }
  }

  /// Sends lines such as `READY=1`; says whether they were taken.
  @discardableResult
  func tell(_ lines: String...) -> Bool {
    let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    var path = Array(socketPath.utf8)
    // A name in the abstract namespace begins with a zero.
    if path[0] == UInt8(ascii: "@") { path[0] = 0 }
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path) }
    let length = MemoryLayout<sockaddr_un>.offset(of: \.sun_path)! + path.count
    let message = Array(lines.joined(separator: "\n").utf8)
    return withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        sendto(
          descriptor, message, message.count, Int32(MSG_NOSIGNAL), $0, socklen_t(length))
      }
    } == message.count
  }
}

/// Keeps systemd informed while a service runs: that it is ready, what it does, and that it lives.
struct SystemdReport: Service {
  let notifier: SystemdNotifier
  let clock: any Clock<Duration>
  /// What the service does, in a few words; `nil` while it gives no sign of life.
  let status: @Sendable () async -> String?

  func run() async throws {
    await cancelWhenGracefulShutdown {
      var isReady = false
      while !Task.isCancelled {
        if let words = await status() {
          notifier.tell("STATUS=\(words)", "WATCHDOG=1")
          if !isReady { isReady = notifier.tell("READY=1") }
        }
        try? await clock.sleep(for: interval)
      }
    }
    notifier.tell("STOPPING=1")
  }

  /// A third of the watchdog's patience, and no longer than a person who looks at the status waits.
  private var interval: Duration {
    min(.seconds(2), (notifier.watchdog ?? .seconds(6)) / 3)
  }
}
