internal import ArgumentParser

/// `--wait`: how long a command waits for what it has asked for.
struct WaitOption: ParsableArguments {
  @Option(
    name: [.customShort("w"), .long],
    help: .init("How long to wait for the end, in seconds; 0 does not wait.", valueName: "seconds"))
  var wait = 60

  func validate() throws {
    if wait < 0 { throw ValidationError("--wait \(wait) is no time: write a number of seconds.") }
  }

  var limit: Duration { .seconds(wait) }
}
