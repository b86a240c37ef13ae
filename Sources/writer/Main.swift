internal import Foundation
internal import LineFile
internal import PostgresClient

/// A client that writes all along, for tests: several sessions that know nothing but an address insert
/// numbered rows, and each acknowledgement becomes a line of a file.
@main
enum Main {
  static func main() async {
    do {
      let options = try Options(CommandLine.arguments.dropFirst())
      let target = try ConnectionString(parsing: options.uri).withTCPTimeouts()
      let file = try LineFile(path: options.file)
      await withTaskGroup(of: Void.self) { group in
        for number in 0..<options.sessions {
          let session = WritingSession(
            target: target, table: options.table, file: file,
            first: options.first + Int64(number) * 10_000_000)
          group.addTask { await session.writeForEver() }
        }
      }
    } catch {
      FileHandle.standardError.write(Data("\(error)\n".utf8))
      exit(1)
    }
  }
}

/// The command line.
struct Options {
  /// Where to write, and how to find the server that takes writes.
  var uri = ""
  /// The table; it has one column, `id bigint`.
  var table = ""
  /// The file of acknowledgements; lines are appended.
  var file = ""
  /// How many sessions write at once.
  var sessions = 1
  /// The number of the first row.
  var first: Int64 = 0

  init(_ words: some Sequence<String>) throws {
    var words = words.makeIterator()
    while let word = words.next() {
      let value = words.next() ?? ""
      switch (word, Int64(value)) {
      case ("--uri", _): uri = value
      case ("--table", _): table = value
      case ("--file", _): file = value
      case ("--sessions", let number?): sessions = Int(number)
      case ("--first", let number?): first = number
      default: throw UsageError()
      }
    }
    guard !uri.isEmpty, !table.isEmpty, !file.isEmpty else { throw UsageError() }
  }
}

/// The command line is none of ours.
struct UsageError: Error, CustomStringConvertible {
  let description =
    "usage: writer --uri URI --table TABLE --file FILE [--sessions COUNT] [--first NUMBER]"
}
