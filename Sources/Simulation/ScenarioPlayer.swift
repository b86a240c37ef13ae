internal import Failover
internal import Foundation
internal import Keeper
internal import PostgresClient

/// Performs the commands of a scenario and tells what the monitor decided.
final class ScenarioPlayer {
  private let world: World
  private var told = 0
  private var answer: [String] = []

  init(world: World) {
    self.world = world
  }

  func play(_ commands: [String]) -> [String] {
    answer = []
    for command in commands {
      perform(command)
      tellDecisions()
    }
    if let finding = world.finding { answer.append("! \(finding)") }
    return answer
  }

  /// One command; `for 5s` at its end lets a fault be over by itself.
  private func perform(_ command: String) {
    var words = command.split(separator: " ").map(String.init)
    var length: Duration = .seconds(3600)
    if words.count > 2, words[words.count - 2] == "for" {
      length = Self.duration(words[words.count - 1])
      words.removeLast(2)
    }
    switch (words[0], words.dropFirst().first ?? "") {
    case ("node", _): create(words)
    case ("join", _): begin(words)
    case ("confirmations", let number):
      ask("SELECT pgautofailover.set_formation_number_sync_standbys('default', \(number))")
    case ("delay", let name): host(name)?.server.applyDelay = Self.duration(words[2])
    case ("pass", let time): world.goOn(for: Self.duration(time))
    case ("ask", _): ask(words.dropFirst().joined(separator: " "))
    case ("heal", _): world.healAll()
    case ("well", _): waitUntilWell()
    case ("state", _): tellState()
    default:
      if let fault = fault(words) {
        world.inflict(fault, for: length)
      } else {
        answer.append("? \(command)")
      }
    }
  }

  private func fault(_ words: [String]) -> Fault? {
    let last = host(words[words.count - 1])?.number ?? 0
    switch (words[0], words.dropFirst().first ?? "") {
    case ("crash", "host"): return .powerLoss(last)
    case ("crash", "server"): return .serverCrash(last)
    case ("crash", "keeper"): return .keeperCrash(last)
    case ("crash", "monitor"): return .monitorCrash
    case ("stop", "server"): return .serverHangs(last)
    case ("stop", "keeper"): return .keeperStops(last)
    case ("suspend", "host"): return .hostSuspended(last)
    case ("suspend", "monitor"): return .monitorSuspended
    case ("slow", let name): return host(name).map { .slowDisk($0.number, .seconds(2)) }
    case ("isolate", let name): return place(name).map { .isolated($0) }
    case ("cut", let one):
      guard let from = place(one), let to = place(words[words.count - 1]) else { return nil }
      return words.contains("->") ? .cut(from: from, to: to) : .cutBoth(from, to)
    default: return nil
    }
  }

  private func place(_ name: String) -> Place? {
    name == "monitor" ? .monitor : host(name)?.place
  }

  private func host(_ name: String) -> Host? { world.hosts.first { $0.name == name } }

  /// `node node2 priority=50 quorum=off`: created, and waited for until it is at rest.
  private func create(_ words: [String]) {
    begin(words)
    world.goOn(for: .seconds(1))
    waitUntilWell(quietly: true)
    told = lastEvent()
  }

  /// `join node2 priority=50 quorum=off`: created, whatever the group is doing.
  private func begin(_ words: [String]) {
    guard words.count > 1, let host = host(words[1]) else { return answer.append("? \(words)") }
    for word in words.dropFirst(2) {
      let parts = word.split(separator: "=")
      if parts.first == "priority" { host.priority = Int(parts[1]) ?? 50 }
      if parts.first == "quorum" { host.isInQuorum = parts[1] != "off" }
    }
    world.create(host)
  }

  private func waitUntilWell(quietly: Bool = false) {
    let converges = Converges(world: world)
    let isWell = world.goOn(for: .seconds(120)) { converges.missing() == nil }
    if isWell && quietly { return }
    tellDecisions()
    answer.append(isWell ? "all is well" : "not well: \(converges.missing() ?? "")")
  }

  private func ask(_ statement: String) {
    do throws(PostgresError) {
      let rows = try world.monitor.ask(statement)
      tellDecisions()
      for row in rows {
        let texts = row.columns.indices.compactMap { row[$0] }.filter { !$0.isEmpty && $0 != "t" }
        if !texts.isEmpty { answer.append(texts.joined(separator: "  ")) }
      }
    } catch {
      answer.append("refused: \(error.message)")
    }
  }

  private func tellState() {
    let rows =
      (try? world.monitor.laboratory.control.query(
        "SELECT nodename, reportedstate, goalstate FROM pgautofailover.node ORDER BY nodeid")) ?? []
    for row in rows {
      let (reported, goal) = (row["reportedstate"] ?? "", row["goalstate"] ?? "")
      answer.append(
        (row["nodename"] ?? "").padded(to: 7) + (reported == goal ? goal : "\(reported) → \(goal)"))
    }
  }

  /// What the monitor decided since it was told last: who, from where to where, by which rule.
  private func tellDecisions() {
    let rows =
      (try? world.monitor.laboratory.control.query(
        """
        SELECT eventid, nodename, reportedstate, goalstate, rule_pos, description
        FROM pgautofailover.event WHERE eventid > $1 AND rule_pos IS NOT NULL ORDER BY eventid
        """, [String(told)])) ?? []
    for row in rows {
      told = Int(row["eventid"] ?? "") ?? told
      let description = row["description"] ?? ""
      let because = description.components(separatedBy: " because ")
      let isDecision = because.count > 1
      let way =
        isDecision
        ? "\((row["reportedstate"] ?? "").padded(to: 17)) → \((row["goalstate"] ?? "").padded(to: 17))"
        : (row["reportedstate"] ?? "").padded(to: 37)
      answer.append(
        "\((row["nodename"] ?? "").padded(to: 6)) \(way)  \(row["rule_pos"] ?? "") "
          + (isDecision ? because.dropFirst().joined(separator: " because ") : description))
    }
  }

  private func lastEvent() -> Int {
    let rows = try? world.monitor.laboratory.control.query(
      "SELECT coalesce(max(eventid), 0) AS last FROM pgautofailover.event")
    return Int(rows?.first?["last"] ?? "") ?? told
  }

  private static func duration(_ text: String) -> Duration {
    text.hasSuffix("ms")
      ? .milliseconds(Int(text.dropLast(2)) ?? 0) : .seconds(Int(text.dropLast()) ?? 0)
  }
}
