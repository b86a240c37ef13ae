import Foundation
import Testing

struct CommandFailed: Error {
  var command: [String]
  var output: String
}

/// Runs a program to its end and returns what it printed, without the last line feed.
///
/// Neither a pipe for the output nor Foundation's `Process`: both wait until the last process that
/// inherited a descriptor is gone, and a server that was started stays.
@discardableResult
func run(_ command: [String], in directory: String = "/") throws -> String {
  let path = FileManager.default.temporaryDirectory
    .appendingPathComponent("program-output-\(UUID().uuidString)").path
  defer { try? FileManager.default.removeItem(atPath: path) }
  var actions = posix_spawn_file_actions_t()
  posix_spawn_file_actions_init(&actions)
  defer { posix_spawn_file_actions_destroy(&actions) }
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
  posix_spawn_file_actions_addopen(&actions, 1, path, O_WRONLY | O_CREAT | O_EXCL, 0o600)
  posix_spawn_file_actions_adddup2(&actions, 1, 2)

  let command = ["env", "--chdir=\(directory)"] + command
  var arguments = command.map { strdup($0) } + [nil]
  defer { for argument in arguments { free(argument) } }
  var child = pid_t()
  try #require(posix_spawnp(&child, command[0], &actions, nil, &arguments, environ) == 0)
  var status: Int32 = 0
  while waitpid(child, &status, 0) < 0 { try #require(errno == EINTR) }
  let output = try String(contentsOfFile: path, encoding: .utf8)
  guard status == 0 else { throw CommandFailed(command: command, output: output) }
  return output.trimmingCharacters(in: .newlines)
}
