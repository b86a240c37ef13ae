internal import ArgumentParser
internal import MonitorClient
internal import Synchronization

/// `show events`: what happened, once or as it goes on.
struct ShowEvents: Command {
  static let configuration = CommandConfiguration(
    commandName: "events", abstract: "Show what happened, and why.",
    discussion: "Example: pg_autoctl show events --count 50 --watch --pgdata monitor")

  @OptionGroup var access: MonitorOptions
  @OptionGroup var place: GroupOptions
  @Option(name: [.long, .customShort("n")], help: "How many events, the newest.")
  var count = 10
  @Flag(name: [.customShort("W"), .long], help: "Go on with new events, until interrupted.")
  var watch = false
  @OptionGroup var global: GlobalOptions

  func validate() throws {
    if count < 0 { throw ValidationError("--count \(count) is no number of events.") }
  }

  func run(in context: CommandContext) async throws -> Watched<EventList> {
    let monitor = try access.client(in: context)
    let formation = place.formation(or: try access.node(in: context))
    let events = try await monitor.lastEvents(
      formation: formation, groupID: place.group, count: count)
    if events.isEmpty { try await monitor.requireFormation(formation) }
    guard watch else { return .once(EventList(events: events)) }
    try await follow(events, of: monitor, formation: formation, in: context)
    return .watched
  }

  /// Prints the events that are there, then each new one below.
  private func follow(
    _ events: [EventRow], of monitor: any OperatorMonitor, formation: String,
    in context: CommandContext
  ) async throws {
    let page = EventPage(events, context)
    let group = place.group
    try await Watch(context: context).each { number in
      // A burst between two looks is not cut off, within reason.
      let newest = try await monitor.lastEvents(formation: formation, groupID: group, count: 500)
      page.append(newest)
    }
  }
}

/// A table that grows at its end.
private final class EventPage: Sendable {
  private let context: CommandContext
  private let state: Mutex<(last: Int64, layout: Table.Layout)>

  /// Prints the first events below the headings.
  init(_ events: [EventRow], _ context: CommandContext) {
    self.context = context
    let table = EventList.table(events)
    let layout = table.layout(
      atLeast: [29, 10, 17, 17, 4, 40], within: context.output.resultWidth)
    state = Mutex((events.last?.id ?? 0, layout))
    if context.format == .text { context.output.result(table.head(layout)) }
    show(events)
  }

  /// Prints those that are newer than the last.
  func append(_ events: [EventRow]) {
    let last = state.withLock(\.last)
    show(events.filter { $0.id > last })
  }

  private func show(_ events: [EventRow]) {
    let table = EventList.table(events)
    let layout = state.withLock { state in
      state.last = max(state.last, events.last?.id ?? 0)
      state.layout = table.layout(after: state.layout)
      return state.layout
    }
    for (row, event) in zip(table.rows, events) {
      switch context.format {
      case .text: context.output.result(table.line(row, layout))
      case .json: context.output.result(EventList.json(event).rendered + "\n")
      }
    }
  }
}
