import FoundationEssentials

@testable import Configuration
@testable import Keeper

/// What a keeper writes for itself, and for the commands that look for it.
let keeperTargets = [
  Target("state-file") { text in
    guard let state = try? StateFile(path: "file", storage: GivenText(text: text)).load() else {
      return
    }
    guard let written = try? StateDocument(state).text() else {
      fatalError("broken: a state can be written")
    }
    let read = try? StateFile(path: "file", storage: GivenText(text: written)).load()
    require(read == state, "a state that was written is read as the same")
  },
  Target("pid-file") { text in
    guard let holder = PidFile.Content(text) else { return }
    require(holder.pid > 1, "a signal goes to one process")
    require(!holder.pgdata.contains("\n") && !holder.version.contains("\n"), "each is one line")
  },
]

/// A storage that holds one text and takes nothing.
private struct GivenText: StateStorage {
  var text: String

  func exists(_ path: String) -> Bool { true }
  func read(_ path: String) throws(ConfigurationError) -> String { text }
  func write(_ text: String, to path: String) throws(ConfigurationError) {}
  func remove(_ path: String) throws(ConfigurationError) {}
}
