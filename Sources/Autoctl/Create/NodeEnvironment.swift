/// What environment variables say of a new node's part in failovers, where the command line does not.
struct NodeEnvironment {
  let variables: [String: String]

  func candidatePriority() throws -> Int? {
    try value(
      of: "PG_AUTOCTL_CANDIDATE_PRIORITY", option: "--candidate-priority",
      wanted: "a number from 0 to 100"
    ) { text in
      Int(text).flatMap { (0...100).contains($0) ? $0 : nil }
    }
  }

  func replicationQuorum() throws -> Bool? {
    try value(
      of: "PG_AUTOCTL_REPLICATION_QUORUM", option: "--replication-quorum", wanted: "true or false",
      read: { Bool($0) })
  }

  private func value<Value>(
    of variable: String, option: String, wanted: String, read: (String) -> Value?
  ) throws -> Value? {
    guard let text = variables[variable], !text.isEmpty else { return nil }
    guard let value = read(text) else {
      throw CommandError(
        .badArguments, "The environment variable \(variable) is \(text), and not \(wanted).",
        hint: "Correct or unset it, or use \(option).")
    }
    return value
  }
}
