internal import Glibc

/// A program that runs as a child of ours, as the user postgres when we are root, which PostgreSQL
/// refuses to serve. It ends when we do.
struct ChildProcess {
  let id: pid_t

  /// Starts a program; what it prints goes to a file.
  init(_ command: [String], output: String) throws {
    let user = getuid() == 0 ? ["--reuid=postgres", "--regid=postgres", "--clear-groups"] : []
    let words = ["setpriv", "--pdeathsig=QUIT"] + user + command
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_APPEND, 0o644)
    posix_spawn_file_actions_adddup2(&actions, 1, 2)
    var child: pid_t = 0
    let arguments = words.map { strdup($0) }
    defer { for argument in arguments { free(argument) } }
    let failure = posix_spawnp(&child, "setpriv", &actions, nil, arguments + [nil], environ)
    guard failure == 0 else {
      throw LaboratoryError(description: "\(words.joined(separator: " ")) cannot be started.")
    }
    id = child
  }

  /// Waits for its end and says whether it succeeded.
  @discardableResult
  func wait() -> Bool {
    var status: CInt = 0
    while waitpid(id, &status, 0) == -1 && errno == EINTR {}
    return status == 0
  }

  /// Ends a server at once.
  func quit() {
    kill(id, SIGQUIT)
    wait()
  }
}
