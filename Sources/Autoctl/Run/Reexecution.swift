internal import Glibc
internal import ServiceLifecycle
internal import Synchronization
internal import UnixSignals

/// Whether a service that ends is to begin anew.
final class RestartRequest: Sendable {
  private let isMade = Mutex(false)

  var isPending: Bool { isMade.withLock { $0 } }
  func make() { isMade.withLock { $0 = true } }
}

/// On SIGUSR1 the service ends and leaves its server running; then the program takes its own place.
struct RestartService: Service {
  let request: RestartRequest
  /// Ends the service that runs here, not its server.
  let leave: @Sendable () async -> Void

  func run() async throws {
    await cancelWhenGracefulShutdown {
      for await _ in await UnixSignalsSequence(trapping: .sigusr1) {
        request.make()
        await leave()
      }
    }
  }
}

/// The same process with the program as it lies on the disk now, a newer version perhaps, and the same
/// words: a service manager sees no end.
enum Reexecution {
  static func perform(_ program: String) throws {
    // What this program ignores or holds back the next one would, too.
    for number in [SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1] { signal(number, SIG_DFL) }
    var none = sigset_t()
    sigemptyset(&none)
    pthread_sigmask(SIG_SETMASK, &none, nil)
    var words: [UnsafeMutablePointer<CChar>?] = CommandLine.arguments.map { strdup($0) }
    words.append(nil)
    execv(program, words)
    throw CommandError(
      .internalError, "\(program) cannot be run: \(String(cString: strerror(errno))).",
      hint: "Start the service with: pg_autoctl run; its server goes on meanwhile.")
  }
}
