internal import MonitorClient

/// Somebody watches: what was told last, how it is looked at, and the screen that shows it.
actor WatchSession {
  private let monitor: any OperatorMonitor
  private let group: Int?
  private let clock: any Clock<Duration>
  private let terminal: RawTerminal
  private var model: WatchModel
  private var view = WatchView()
  private var silence: Stopwatch?

  /// How many events can be scrolled through.
  private static let eventCount = 500

  init(
    monitor: any OperatorMonitor, formation: String, group: Int?, clock: any Clock<Duration>,
    terminal: RawTerminal
  ) {
    self.monitor = monitor
    self.group = group
    self.clock = clock
    self.terminal = terminal
    model = WatchModel(formations: [], formation: formation)
  }

  /// Asks for the first time; what is wrong then is an error.
  func begin() async throws {
    try await monitor.requireFormation(model.formation)
    model = try await asked(model.formation)
  }

  /// Asks each second, draws, and goes on while the monitor does not answer.
  func askEachSecond() async throws {
    while !Task.isCancelled {
      await ask()
      try await clock.sleep(for: .seconds(1))
    }
  }

  func press(_ key: WatchKey) async {
    switch key {
    case .nextFormation: await show(formationAt: 1)
    case .previousFormation: await show(formationAt: -1)
    default:
      view.move(key, page: screen.page, of: model.events.count)
      draw()
    }
  }

  func draw() { Terminal.write(screen.frame, to: 1) }

  private var screen: WatchScreen {
    WatchScreen(
      model: model, view: view, size: terminal.size, time: ConsoleLogHandler.timeOfDay())
  }

  private func show(formationAt step: Int) async {
    guard model.formations.count > 1 else { return }
    let here = model.formations.firstIndex(of: model.formation) ?? 0
    let count = model.formations.count
    model.formation = model.formations[(here + step + count) % count]
    (model.nodes, model.events, model.waits) = ([], [], [])
    view.scrolledBack = 0
    await ask()
  }

  private func ask() async {
    let formation = model.formation
    do {
      let told = try await asked(formation)
      // Another formation may have been chosen meanwhile.
      guard formation == model.formation else { return }
      let newer = told.events.filter { $0.id > (model.events.last?.id ?? .max) }.count
      // Who has scrolled back goes on looking at the same events.
      if view.scrolledBack > 0 { view.scrolledBack += newer }
      model = told
      silence = nil
    } catch {
      if silence == nil {
        silence = Stopwatch(clock)
        model.trouble = .init(
          sentence: CommandError(error).message, since: ConsoleLogHandler.timeOfDay(), age: .zero)
      }
    }
    model.trouble?.age = silence?.elapsed() ?? .zero
    draw()
  }

  private func asked(_ formation: String) async throws -> WatchModel {
    var told = WatchModel(
      formations: try await monitor.formations().sorted(), formation: formation)
    told.nodes = try await monitor.currentState(formation: formation, groupID: group)
    told.events = try await monitor.lastEvents(
      formation: formation, groupID: group, count: Self.eventCount)
    for group in Set(told.nodes.map(\.groupID)).sorted() {
      told.waits += try await monitor.electionWaitIfKnown(formation: formation, groupID: group)
    }
    return told
  }
}
