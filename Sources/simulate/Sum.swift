internal import ArgumentParser
internal import Simulation

/// What many days came to.
struct Sum {
  private(set) var days = 0
  private var failed = 0
  private var virtualSeconds = 0
  private var commits = 0
  private var losses = 0
  private let began = ContinuousClock.now

  mutating func add(_ report: DayReport) {
    days += 1
    failed += report.finding == nil ? 0 : 1
    virtualSeconds += Int(report.virtualSeconds)
    commits += report.acknowledgedCommits
    losses += report.endsWithALoss ? 1 : 0
  }

  /// Takes the line in which another process sums up its days, and no other line.
  mutating func add(_ line: String) -> Bool {
    let words = line.split { " ,".contains($0) }
    if words.count == 6, words[1] == "passed", words[3] == "failed" {
      failed += Int(words[2]) ?? 0
      return true
    }
    guard words.count > 8, words[1] == "days" else { return false }
    days += Int(words[0]) ?? 0
    virtualSeconds += Int(words[2]) ?? 0
    commits += Int(words[5]) ?? 0
    losses += Int(words[8]) ?? 0
    return true
  }

  /// Prints the sums, and ends with 1 when a promise did not hold.
  func conclude() throws {
    let seconds = (ContinuousClock.now - began).components.seconds
    print(
      "\(days) days, \(virtualSeconds) virtual seconds, \(commits) acknowledged commits, "
        + "\(losses) losses of a host at the end, in \(seconds) s")
    print("\(days - failed) passed, \(failed) failed, 0 skipped")
    if failed > 0 { throw ExitCode(1) }
  }
}
