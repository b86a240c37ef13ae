internal import Logging
internal import MonitorClient
internal import PostgresClient

/// Registers a node, as soon as its group has a primary that it can follow.
struct NodeRegistration: Sendable {
  let monitor: any OperatorMonitor
  let context: CommandContext
  /// How long a primary may be on its way.
  var limit = Duration.seconds(600)

  func perform(_ registration: Registration) async throws -> RegisteredNode {
    let watch = Stopwatch(context.clock)
    var isTold = false
    while true {
      do throws(MonitorError) {
        return try await monitor.register(registration)
      } catch {
        guard case .refused(SQLState.objectInUse) = error.code, watch.elapsed() < limit else {
          throw error
        }
        if !isTold {
          context.logger.info("\(Program.sentence(error.message)) Waiting until it is otherwise")
        }
        isTold = true
      }
      try await context.clock.sleep(for: .seconds(1))
    }
  }
}
