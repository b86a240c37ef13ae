internal import ArgumentParser
internal import Configuration

/// `show file`: where the files of a data directory lie, or what stands in one.
struct ShowFile: Command {
  static let configuration = CommandConfiguration(
    commandName: "file", abstract: "Show where the files of pg_autoctl lie, or what one holds.",
    discussion: """
      Example: pg_autoctl show file --state --contents --pgdata ha
      """)

  @Flag(help: "The configuration, which people edit.")
  var config = false
  @Flag(help: "What the keeper remembers.")
  var state = false
  @Flag(help: "Which process serves the directory.")
  var pid = false
  @Flag(help: "All of them; so it is when none is named.")
  var all = false
  @Flag(help: "Print what stands in the one that is named.")
  var contents = false
  @OptionGroup var directory: PgdataOptions
  @OptionGroup var global: GlobalOptions

  func validate() throws {
    let count = [config, state, pid, all].count { $0 }
    if count > 1 { throw ValidationError("--config, --state, --pid and --all exclude each other.") }
    if contents, count == 0 || all {
      throw ValidationError("--contents needs one of --config, --state and --pid.")
    }
  }

  func run(in context: CommandContext) async throws -> FileAnswer {
    let locations = try directory.locations(in: context)
    let role = try directory.role(at: locations)
    var files = [("Config", locations.configuration), ("Pid", locations.pid)]
    if role == .keeper { files.insert(("State", locations.state), at: 1) }
    let chosen = [("Config", config), ("State", state), ("Pid", pid)].first { $0.1 }?.0
    guard let chosen else { return .paths(files) }
    guard let file = files.first(where: { $0.0 == chosen }) else {
      throw CommandError(
        .badArguments, "A monitor has no state file.", hint: "Ask for --config or --pid.")
    }
    guard contents else { return .paths([file]) }
    guard DurableFile.exists(file.1) else {
      throw CommandError(
        .badState, "There is no \(file.1).",
        hint: "The service writes it: start it with pg_autoctl run.")
    }
    return .contents(try DurableFile.read(file.1))
  }
}

/// What `show file` answers.
enum FileAnswer: Displayable {
  case paths([(name: String, path: String)])
  case contents(String)

  var text: String {
    switch self {
    case .paths(let files):
      Table(
        columns: [.init("File"), .init("Path", startsLeft: true)],
        rows: files.map { [$0.name, $0.path] }
      ).rendered
    case .contents(let text): text
    }
  }

  var json: JSONValue {
    switch self {
    case .paths(let files):
      .object(files.map { .init($0.name.lowercased(), .text($0.path)) })
    case .contents(let text): .object([.init("contents", .text(text))])
    }
  }
}
