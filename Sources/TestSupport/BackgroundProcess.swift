internal import Foundation

/// A program that was started on a host and goes on by itself.
public struct BackgroundProcess: Sendable {
  /// Where it runs.
  public let host: VirtualHost
  /// What it is called in logs.
  public let label: String

  var logFile: String { "\(host.logs)/\(label).log" }
  var pidFile: String { "\(host.logs)/\(label).pid" }
  var statusFile: String { "\(host.logs)/\(label).status" }

  /// Its process id, as the host counts.
  public var pid: Int {
    get throws {
      guard let pid = Int(try host.read(pidFile).trimmed) else { throw NotYet("no process id") }
      return pid
    }
  }

  /// Everything that it and its predecessors of the same label have printed.
  public var log: String { (try? host.read(logFile)) ?? "" }

  /// The status that it ended with, or `nil` as long as it runs. A program whose host lost its
  /// power has none either.
  public var status: Int? { (try? host.read(statusFile)).flatMap { Int($0.trimmed) } }

  /// Is it gone, by itself or with the power of its host?
  public var hasEnded: Bool { status != nil || (try? pid) == nil }

  /// Sends it a signal, by name: `TERM`, `KILL`, `STOP`, …
  public func signal(_ name: String) async throws {
    try await host.succeed(["kill", "-\(name)", "\(pid)"])
  }

  /// Waits until it has ended, and returns its status.
  @discardableResult
  public func waitForEnd(within limit: Duration = .seconds(30)) async throws -> Int {
    try await eventually("\(label) on \(host.name) to end", within: limit) {
      guard let status else { throw NotYet("it still runs; \(log.tail(5))") }
      return status
    }
  }
}
