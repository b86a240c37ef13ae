internal import Foundation
internal import PostgresClient

/// What a monitor costs that serves many: `bench-scale URI NODES SECONDS PROGRAMS DATA`, where PROGRAMS are those of its
/// PostgreSQL. A keeper for each node of `bench-nodes.sql` reports each second over a connection of its own. First nothing
/// happens for so many seconds; then the primary of one group is lost, ten times; then those of fifty groups at once, three times;
/// then the monitor is restarted. Prints a line of JSON.
@main
struct Main {
  static func main() async throws {
    let words = Array(CommandLine.arguments.dropFirst())
    if words.count == 4, words[0] == "--keepers", let first = Int(words[2]),
      let last = Int(words[3])
    {
      return try KeeperLoop(
        first...last, monitor: try ConnectionString(parsing: words[1])
      ).run()
    }
    guard words.count == 5, let nodes = Int(words[1]), let seconds = Int(words[2]) else {
      FileHandle.standardError.write(
        Data("usage: bench-scale URI NODES SECONDS PROGRAMS DATA\n".utf8))
      exit(2)
    }
    let bench = try Bench(
      uri: words[0], groups: nodes / 2, programs: words[3], data: words[4])
    do {
      print(try await bench.measure(seconds: seconds))
      bench.end()
    } catch {
      FileHandle.standardError.write(Data("bench-scale: \(error)\n".utf8))
      bench.end()
      exit(1)
    }
  }
}
