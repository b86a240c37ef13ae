internal import Configuration
internal import Failover
internal import Keeper
internal import Logging
internal import MonitorClient
internal import ServerControl

/// A primary brings its group into a monitor that does not know it.
///
/// It must be sure that nobody was promoted since the old monitor was last heard. By the quorum rule a
/// promotion needs so many members of the set in force that the primary cannot be acknowledged any more:
/// while enough of them stream from it, there was none.
struct GroupRestoration {
  let change: MonitorChange
  let monitor: any OperatorMonitor
  let isForced: Bool

  func perform() async throws {
    let state = change.state
    guard state.current.takesWrites else {
      throw CommandError(
        .badState,
        "That monitor does not know this node, which is \(state.current.rawValue) and no primary.",
        hint: "Run this command on the primary first. If the primary is lost for good, and what "
          + "only it had: pg_autoctl disable monitor --force and pg_autoctl drop node --force here, "
          + "then start and promote this server with pg_ctl, and pg_autoctl create postgres.")
    }
    let snapshot = try keptSnapshot()
    let names = try await confirmedNames()
    do throws(MonitorError) {
      _ = try await monitor.restoreGroup(
        snapshot, nodeID: state.nodeID, state: state.current, standbyNames: names)
    } catch let error where error.code == .notAMonitor {
      throw CommandError(
        .monitor, "That monitor is too old to take a group from its primary.",
        hint: "Install the extension of this version on its host.")
    } catch {
      throw error
    }
    change.context.logger.info("The monitor has the group as this primary knows it")
  }

  private func keptSnapshot() throws -> String {
    do throws(ConfigurationError) {
      return try DurableFile.read(change.locations.group)
    } catch let error where error.code == .noFile {
      throw CommandError(
        .badState, "What the lost monitor knew was not kept: \(change.locations.group) is missing.",
        hint: "Drop the node from here with pg_autoctl drop node, its data is kept, and create it "
          + "again with pg_autoctl create postgres.")
    } catch {
      throw error
    }
  }

  /// The names that are in force and confirmed; "" when this server may have acknowledged alone.
  private func confirmedNames() async throws -> String {
    let confirmed = change.state.confirmedStandbyNames ?? ""
    if isForced { return "" }
    let looked = await LocalServer(
      try ServerSettings(
        node: change.keeper, nodeID: change.state.nodeID, locations: change.locations,
        context: change.context)
    ).observe()
    guard looked.isRunning, looked.isInRecovery == false, !change.state.isFenced else {
      throw CommandError(
        .badState, "This primary's server does not take writes now.",
        hint: "Start it with pg_autoctl run. If it was stopped because nobody was heard, and no "
          + "other node of the group takes writes, add --force.")
    }
    guard let names = SynchronousStandbyNames(confirmed) else { return "" }
    let streaming = looked.standbys.count {
      $0.state == "streaming" && names.names.contains($0.name)
    }
    guard streaming >= names.count else {
      throw CommandError(
        .badState,
        "Of the standbys that confirm commits \(streaming) stream from this primary, and "
          + "\(names.count) must, to be sure that no other node was promoted.",
        hint: "Start them. If no other node of the group takes writes, add --force.")
    }
    return looked.standbyNames == confirmed ? confirmed : ""
  }
}
