internal import ChaosHistory
internal import Foundation
internal import LineFile
internal import PostgresClient

/// Clients of the fault laboratory: `chaos-client write URI FILE FIRST SESSIONS` has sessions that append, move amounts
/// between accounts and look; `chaos-client probe URI FILE FIRST` asks the one server of that address all the time. What
/// they do and learn becomes lines of the file. FIRST is the number of the first session, and of no other client's.
@main
enum Main {
  static func main() async {
    do {
      let words = Array(CommandLine.arguments.dropFirst())
      guard words.count >= 4, let first = Int(words[3]) else { throw UsageError() }
      let target = try ConnectionString(parsing: words[1]).withTCPTimeouts()
      let file = try LineFile(path: words[2])
      switch words[0] {
      case "write":
        await withTaskGroup(of: Void.self) { group in
          for number in 0..<(Int(words.last ?? "") ?? 1) {
            let session = Session(process: first + number, target: target, file: file)
            group.addTask { await session.workForEver(Writing()) }
          }
        }
      case "probe":
        await Session(process: first, target: target, file: file).workForEver(Probing())
      default: throw UsageError()
      }
    } catch {
      FileHandle.standardError.write(Data("\(error)\n".utf8))
      exit(1)
    }
  }
}

/// The command line is none of ours.
struct UsageError: Error, CustomStringConvertible {
  let description =
    "usage: chaos-client write URI FILE FIRST SESSIONS | chaos-client probe URI FILE FIRST"
}
