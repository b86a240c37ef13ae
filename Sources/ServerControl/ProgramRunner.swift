internal import Glibc
internal import Subprocess
internal import Synchronization
internal import SystemPackage

/// How a program ended, and what it printed last.
struct ProgramResult: Sendable {
  var succeeded: Bool
  /// The end of its output and its errors, up to 64 KiB.
  var output: String
}

/// Runs programs: bounded, in English, with their output captured, in a session of their own, and
/// with secrets in the environment only.
struct ProgramRunner: Sendable {
  /// Where the programs lie; `nil` to find them in PATH.
  var directory: String?
  /// What they are started through; empty in production.
  var prefix: [String]

  /// Runs a program to its end.
  ///
  /// - Parameters:
  ///   - limit: the longest time it may take in all; `nil` for a program that may take as long as it
  ///     makes progress.
  ///   - silence: how long it may neither read, write nor compute after it has printed this line
  ///     (the empty one at first).
  ///   - line: is given each line as it comes.
  func run(
    _ program: String, _ arguments: [String], environment: [String: String] = [:],
    limit: Duration? = nil,
    silence: @escaping @Sendable (_ after: String) -> Duration? = { _ in nil },
    line handle: (String) -> Void = { _ in }
  ) async throws(ServerError) -> ProgramResult {
    let command = prefix + [directory.map { $0 + "/" + program } ?? program] + arguments
    let executable: Executable =
      command[0].contains("/") ? .path(FilePath(command[0])) : .name(command[0])
    var options = PlatformOptions()
    options.createSession = true
    options.teardownSequence = [
      .send(
        signal: .terminate, toProcessGroup: true, allowedDurationToNextStep: .seconds(2)),
      .send(signal: .kill, toProcessGroup: true, allowedDurationToNextStep: .seconds(1)),
    ]
    var variables: [Environment.Key: String?] = ["LC_ALL": "C", "LANGUAGE": nil]
    for (name, value) in environment { variables[.init(stringLiteral: name)] = value }
    var tail = OutputTail()
    let watch = ProgramWatch(limit: limit, silence: silence)
    do {
      let result = try await Subprocess.run(
        executable, arguments: Arguments(Array(command.dropFirst())),
        environment: .inherit.updating(variables), workingDirectory: "/",
        platformOptions: options, input: .none, output: .sequence, error: .combinedWithOutput
      ) { execution in
        let guardian = Task { await watch.guardProgram(execution.processIdentifier.value) }
        defer { guardian.cancel() }
        for try await line in execution.standardOutput.strings() {
          tail.append(line)
          watch.heard(line)
          handle(line)
        }
      }
      if let reason = watch.reasonOfKilling {
        throw ServerError(code: .timedOut, message: "\(program) was ended: \(reason).")
      }
      if Task.isCancelled { throw ServerError.cutShort }
      return ProgramResult(succeeded: result.terminationStatus.isSuccess, output: tail.text)
    } catch let error as ServerError {
      throw error
    } catch {
      if Task.isCancelled { throw .cutShort }
      throw ServerError(
        code: .unusablePrograms, message: "\(command[0]) could not be run: \(error).",
        hint: "See whether it is installed\(directory.map { " in \($0)" } ?? "").")
    }
  }
}

/// The last lines of an output.
private struct OutputTail {
  private var lines: [String] = []
  private var size = 0

  mutating func append(_ line: String) {
    lines.append(line)
    size += line.utf8.count + 1
    while size > 65_536, lines.count > 1 { size -= lines.removeFirst().utf8.count + 1 }
  }

  var text: String { lines.joined(separator: "\n") }
}

/// Kills a program that takes too long, or that has done nothing at all for too long.
private final class ProgramWatch: Sendable {
  private struct State {
    var lastLine = ""
    var lines = 0
    var reason: String?
  }

  private let limit: Duration?
  private let silence: @Sendable (String) -> Duration?
  private let state = Mutex(State())

  init(limit: Duration?, silence: @escaping @Sendable (String) -> Duration?) {
    self.limit = limit
    self.silence = silence
  }

  func heard(_ line: String) {
    state.withLock { state in
      state.lastLine = line
      state.lines += 1
    }
  }

  /// Why the program was killed; `nil` when it was not.
  var reasonOfKilling: String? { state.withLock { $0.reason } }

  /// Looks after the program until the task is cancelled, which is when the program has ended.
  ///
  /// What counts as silence is what was looked at: of the time between two looks no more than twice
  /// the usual counts, because a host that stood still held up the program too.
  func guardProgram(_ id: pid_t) async {
    let period = Duration.milliseconds(250)
    let start = ContinuousClock.now
    var lastLook = start
    var silent = Duration.zero
    var lastActivity: UInt64 = 0
    while !Task.isCancelled {
      do { try await pausing(for: period) } catch { return }
      let (line, lines) = state.withLock { ($0.lastLine, $0.lines) }
      let now = ContinuousClock.now
      if let limit, now - start > limit {
        return kill(id, because: "it took longer than \(limit.spelled)")
      }
      let sinceLastLook = min(now - lastLook, period * 2)
      lastLook = now
      guard let allowed = silence(line) else { continue }
      let activity = ProcessTable.activity(ofSession: id) &+ UInt64(lines)
      silent = activity == lastActivity ? silent + sinceLastLook : .zero
      lastActivity = activity
      if silent > allowed {
        return kill(id, because: "it made no progress for \(allowed.spelled)")
      }
    }
  }

  /// Ends the program and all that it started in its session.
  private func kill(_ id: pid_t, because reason: String) {
    state.withLock { $0.reason = reason }
    _ = Glibc.kill(-id, SIGKILL)
  }
}

extension Duration {
  /// For messages: `2 s`, `250 ms`.
  var spelled: String {
    let (seconds, attoseconds) = components
    return attoseconds == 0
      ? "\(seconds) s" : "\(seconds * 1000 + attoseconds / 1_000_000_000_000_000) ms"
  }
}
