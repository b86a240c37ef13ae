import Failover

@testable import ServerControl

/// What PostgreSQL's files and programs say, and what we write into its files.
let serverTargets = [
  Target("position") { text in
    guard let position = LogPosition(text) else { return }
    require(LogPosition(position.description) == position, "a position is read as the same")
  },
  Target("standby-names") { text in
    guard let names = SynchronousStandbyNames(text) else { return }
    require(SynchronousStandbyNames(names.description) == names, "names are read as the same")
    require(names.names.isEmpty || (1...names.names.count).contains(names.count), "names suffice")
  },
  Target("control-data") { text in
    let control = ControlData(text)
    _ = (control.systemIdentifier, control.state, control.allowsRewind, control.timeline)
    require(control.position >= control.checkpoint, "the furthest position is the furthest")
    // A file of the log is between 1 MB and 1 GB, and a power of two.
    let size = control.segmentSize
    require((1 << 20...1 << 30).contains(size) && size & (size - 1) == 0, "a file has a size")
  },
  Target("timeline-history") { text in
    let history = TimelineHistory(timeline: 7, file: text)
    for (timeline, end) in history.ends where timeline < 7 {
      require(begins(history, timeline, end), "a log ends where it was left")
      let beyond = LogPosition(bytes: end.bytes &+ 1)
      require(beyond < end || !begins(history, timeline, beyond), "a longer log is another's")
    }
    require(!begins(history, 8, .unknown), "a later timeline is not part of an earlier one's")
  },
  Target("postmaster") { text in
    guard let postmaster = Postmaster(text) else { return }
    require(postmaster.id > 1, "a signal goes to one process")
  },
  Target("server-log") { text in
    _ = ServerLog.tellsOfFullDisk(text)
    let reason = ServerLog.reason(in: text)
    require(reason?.contains("\n") != true, "a reason is one line")
  },
  Target("settings-file") { text in
    let texts = parts(of: text)
    let line = SettingsFile.line("name", texts[0])
    require(SettingsFile.values(in: line) == ["name": texts[0]], "a value is read as the same")
    require(!line.utf8.contains(UInt8(ascii: "\n")), "a setting is one line")
    let other = texts.last ?? ""
    _ = SettingsFile.values(in: other)
    _ = SettingsFile.value(of: "data_directory", in: other)
    let kept = AutomaticConfiguration.withoutReserved(other).content
    require(AutomaticConfiguration.withoutReserved(kept).removed.isEmpty, "nothing is left over")
    let outside = OutsideConfiguration.withoutPlaces(other)
    require(OutsideConfiguration.withoutPlaces(outside) == outside, "places are taken out once")
    let included = ConfigurationFile.withIncludes(Array(other.utf8))
    require(ConfigurationFile.withIncludes(included) == included, "includes are added once")
  },
  Target("host-based-access") { text in
    let texts = parts(of: text)
    let content = Array((texts.last ?? "").utf8)
    let rules = [
      AccessRule(database: .replication, role: "replicator", host: texts[0]),
      AccessRule(database: .named(texts[0]), role: texts[0], includesMembers: true, host: "b"),
    ]
    let access = HostBasedAccess(
      rules: rules, networks: [:], method: "scram-sha-256", encrypted: true,
      earlier: HostBasedAccess.read(from: content))
    for line in HostBasedAccess(
      rules: rules, networks: [:], method: "scram-sha-256", encrypted: true, earlier: nil
    ).lines {
      checkRule(line)
    }
    let applied = access.applied(to: content)
    require(HostBasedAccess.read(from: applied) == access, "rules are read as the same")
    require(access.applied(to: applied) == applied, "rules are applied once")
  },
]

private func begins(_ history: TimelineHistory, _ local: Int, _ end: LogPosition) -> Bool {
  history.beginsWithLog(
    ofTimeline: local, endingAt: end, isInside: false, flushed: LogPosition(bytes: .max))
}

/// A rule as PostgreSQL takes it apart: a line of five fields, whose last is the method.
private func checkRule(_ line: String) {
  let scalars = Array(line.unicodeScalars)
  require(
    scalars.allSatisfy { $0.properties.generalCategory != .control }, "a rule is one line")
  require(scalars.last != "\\", "a rule does not go on on the next line")
  var fields: [String] = []
  var isQuoted = false
  var isInField = false
  for scalar in scalars {
    if !isQuoted, scalar == "#" { break }
    if !isQuoted, scalar == " " || scalar == "," {
      require(scalar == " ", "a rule has no lists")
      isInField = false
      continue
    }
    if !isInField { fields.append("") }
    isInField = true
    if scalar == "\"" {
      isQuoted.toggle()
    } else {
      fields[fields.count - 1].unicodeScalars.append(scalar)
    }
  }
  require(!isQuoted && fields.count == 5, "a rule has five fields")
  require(fields[0] == "hostssl" && fields[4] == "scram-sha-256", "a rule demands a password")
}
