import Failover
import Testing

/// Laws of the keeper's table of ways.
struct TransitionTests {
  /// All ways, one pair of states each.
  static let ways: [(from: NodeState, row: Transition)] = Transition.all.flatMap { row in
    row.from.map { (from: $0, row: row) }
  }

  @Test func eachPairOfStatesHasAtMostOneRow() {
    var seen: Set<[NodeState]> = []
    for way in Self.ways {
      #expect(
        seen.insert([way.from, way.row.to]).inserted,
        "two rows lead from \(way.from) to \(way.row.to)")
    }
  }

  @Test func noRowLeadsFromAStateToItself() {
    for way in Self.ways { #expect(way.from != way.row.to) }
  }

  @Test func eachRowSaysWhy() {
    for row in Transition.all { #expect(!row.because.isEmpty && !row.from.isEmpty) }
  }

  @Test func lookingUpAWayFindsItsRow() {
    for way in Self.ways {
      #expect(Transition.way(from: way.from, to: way.row.to) == way.row)
    }
    #expect(Transition.way(from: .dropped, to: .primary) == nil)
  }

  @Test func everyNodeCanBeDroppedAndNothingLeavesDropped() {
    for state in NodeState.allCases where state != .dropped {
      #expect(Transition.way(from: state, to: .dropped)?.steps == [.stopServer])
    }
    #expect(!Self.ways.contains { $0.from == .dropped })
  }

  @Test func nobodyIsToldToBecomeUnknownOrNew() {
    for way in Self.ways { #expect(way.row.to != .unknown && way.row.to != .initial) }
  }

  @Test func aServerThatRunsIsStoppedOnTheWayToAStoppedState() {
    for way in Self.ways where way.row.to.server == .stopped && way.from.server != .stopped {
      #expect(way.row.steps.last == .stopServer, "\(way.from) to \(way.row.to)")
    }
  }

  @Test func onlyAWayToAWritingStateLeavesRecoveryOrStartsAPrimary() {
    for way in Self.ways where !way.row.to.takesWrites {
      #expect(!way.row.steps.contains(.promote), "\(way.from) to \(way.row.to)")
      #expect(!way.row.steps.contains(.startServer(.primary)), "\(way.from) to \(way.row.to)")
    }
  }

  @Test func aWayToAWritingStateEndsWithAServerThatTakesWrites() {
    for way in Self.ways where way.row.to.takesWrites && !way.from.takesWrites {
      #expect(
        way.row.steps.contains(.promote) || way.row.steps.contains(.startServer(.primary)),
        "\(way.from) to \(way.row.to)")
    }
  }

  @Test func onlyALoneNodeRelaxesWithoutAskingForItsNames() {
    for way in Self.ways {
      let isLone = way.row.to == .single
      #expect(way.row.steps.contains(.runAlone) == isLone, "\(way.from) to \(way.row.to)")
    }
  }

  @Test func aPrimaryThatWaitsForStandbysHasItsNamesBeforeItTakesWrites() throws {
    for way in Self.ways where way.row.to == .waitPrimary {
      let names = try #require(way.row.steps.firstIndex(of: .applyStandbyNames))
      let opening = way.row.steps.firstIndex { $0 == .promote || $0 == .startServer(.primary) }
      #expect(opening.map { names < $0 } ?? way.from.takesWrites, "\(way.from) to \(way.row.to)")
    }
  }

  @Test func aPrimaryConfirmsItsNamesAfterItAppliedThem() {
    for way in Self.ways where way.row.to == .primary {
      #expect(way.row.steps.suffix(2) == [.applyStandbyNames, .confirmStandbyNames])
    }
  }

  @Test func aStandbyDetachesBeforeItMayBeCountedOn() {
    for way in Self.ways
    where way.row.to.server == .detachedStandby && way.from.server != .detachedStandby {
      #expect(way.row.steps.last == .detach, "\(way.from) to \(way.row.to)")
    }
  }

  @Test func aStandbyThatIsPromotedHasDetachedBefore() throws {
    for way in Self.ways where way.row.steps.contains(.promote) {
      let promotion = try #require(way.row.steps.firstIndex(of: .promote))
      let hasDetached =
        way.from.server == .detachedStandby || way.row.steps[..<promotion].contains(.detach)
      #expect(hasDetached, "\(way.from) to \(way.row.to)")
    }
  }
}
