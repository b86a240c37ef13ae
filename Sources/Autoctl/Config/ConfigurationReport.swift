internal import Configuration

/// One thing that was looked at.
struct Finding: Sendable, Equatable {
  var subject: String
  var message: String
  /// What to do about a problem.
  var hint: String?
  /// How the command ends because of it; `success` when all is well.
  var exit: ExitCodes

  static func well(_ subject: String, _ message: String) -> Finding {
    Finding(subject: subject, message: message, hint: nil, exit: .success)
  }

  static func problem(
    _ subject: String, _ message: String, hint: String?, _ exit: ExitCodes
  ) -> Finding {
    Finding(subject: subject, message: message, hint: hint, exit: exit)
  }
}

/// What `config check` found.
struct ConfigurationReport: Displayable, ExitStatus {
  /// The file; `nil` when it cannot be read.
  var document: ConfigurationDocument?
  var findings: [Finding] = []

  /// That of the first problem.
  var exit: ExitCodes { findings.map(\.exit).first { $0 != .success } ?? .success }

  var text: String {
    findings.map { finding in
      let mark = finding.exit == .success ? "ok" : "PROBLEM"
      let hint = finding.hint.map { "\n         \($0)" } ?? ""
      let padding = String(repeating: " ", count: 9 - mark.count)
      return "\(mark)\(padding)\(finding.subject): \(finding.message)\(hint)\n"
    }.joined()
  }

  var json: JSONValue {
    .object([
      .init(
        "config", document.map { SettingTables(role: $0.role, entries: $0.entries).json } ?? .null),
      .init(
        "findings",
        .array(
          findings.map { finding in
            .object([
              .init("subject", .text(finding.subject)),
              .init("ok", .boolean(finding.exit == .success)),
              .init("message", .text(finding.message)), .init("hint", .optional(finding.hint)),
            ])
          })),
    ])
  }
}
