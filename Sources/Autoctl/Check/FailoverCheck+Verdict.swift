internal import Failover
internal import MonitorClient

extension FailoverCheck {
  /// Judges a group by its nodes and by what the loss of each would mean.
  init(nodes: [StateRow], outlook: [Outlook]) {
    guard let primary = nodes.first(where: \.goal.takesWrites) else {
      self.init(
        status: .critical, summary: "The group has no primary now.", outlook: outlook)
      return
    }
    guard let loss = outlook.first(where: { $0.lostNode == primary.name }) else {
      self.init(
        status: .unknown,
        summary: "The monitor does not say what the loss of \(primary.name) would mean.",
        outlook: outlook)
      return
    }
    guard let leader = loss.leader else {
      self.init(
        status: .critical,
        summary: Program.sentence(
          "If \(primary.name) were lost now, nobody would take over"
            + (loss.obstacle.map { ": \($0)" } ?? "")),
        outlook: outlook)
      return
    }
    let caveats =
      Self.candidatesNotReady(nodes, except: primary) + Self.troubles(outlook)
      + nodes.compactMap { node in node.problem.map { "\(node.name) reports: \($0)." } }
    self.init(
      status: caveats.isEmpty ? .well : .warning,
      summary: "If \(primary.name) were lost now, \(leader) would take over"
        + (loss.seconds.map { " after about \($0) s." } ?? "."),
      caveats: caveats, outlook: outlook)
  }

  /// Standbys that could take over by their priority, and cannot as they are.
  private static func candidatesNotReady(
    _ nodes: [StateRow], except primary: StateRow
  ) -> [String] {
    let candidates = nodes.filter { $0.nodeID != primary.nodeID && $0.candidatePriority > 0 }
    let absent = candidates.filter { node in
      !(node.reported == .secondary && node.isSettled) || node.health == .bad
    }
    let rest = candidates.count - absent.count
    return absent.map { node in
      "\(node.name) could not take over: it is \(node.reported.rawValue)"
        + (node.health == .bad ? " and does not answer; " : "; ")
        + (rest == 1 ? "one candidate is left." : "\(rest) candidates are left.")
    }
  }

  /// What would be lost or in the way, whichever node goes.
  private static func troubles(_ outlook: [Outlook]) -> [String] {
    outlook.compactMap { loss in
      let troubles = [
        loss.mayLose.map { "it may lose \($0)" }, loss.obstacle,
        loss.leader == nil && loss.obstacle == nil ? "there would be no primary" : nil,
      ].compactMap(\.self)
      if troubles.isEmpty { return nil }
      return "If \(loss.lostNode) were lost now: \(troubles.joined(separator: "; "))."
    }
  }
}
