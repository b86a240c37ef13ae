internal import Foundation

extension Node {
  /// Changes a setting of the server, or takes the change back.
  public func set(_ setting: String, to value: String?) async throws {
    try await sql(
      value.map { "alter system set \(setting) = '\($0)'" } ?? "alter system reset \(setting)")
    try await sql("select pg_reload_conf()")
  }
}

extension Cluster {
  /// Lets the monitor take a keeper for silent after the time that TIMEOUT in the environment names, such
  /// as `5s`; without it all stays as it is. For benches that show what the setting changes.
  public func takeTimeoutOfEnvironment() async throws {
    guard let timeout = ProcessInfo.processInfo.environment["TIMEOUT"] else { return }
    try await monitor.set("pgautofailover.node_considered_unhealthy_timeout", to: timeout)
  }
}
