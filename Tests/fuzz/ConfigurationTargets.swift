import Failover

@testable import Configuration

/// Files that people edit.
let configurationTargets = [
  Target("configuration") { text in checkConfiguration(text) },
  Target("old-configuration") { text in checkOldConfiguration(text) },
]

private func checkConfiguration(_ text: String) {
  do throws(ConfigurationError) {
    let document = try ConfigurationDocument(text, of: "file")
    checkSame(document)
    switch document.role {
    case .keeper: checkSame(KeeperConfiguration.self, text)
    case .monitor: checkSame(MonitorConfiguration.self, text)
    }
  } catch {
    checkLine(error, of: text)
  }
}

private func checkOldConfiguration(_ text: String) {
  do throws(ConfigurationError) {
    let old = try OldConfiguration(text, of: "file")
    let converted = try old.converted(to: "new", socketDirectory: "/run/postgresql")
    checkSame(converted.document)
  } catch {
    checkLine(error, of: text)
  }
}

/// Every setting can be given the value that it has, and then nothing has changed.
private func checkSame(_ document: ConfigurationDocument) {
  for entry in document.entries {
    let word =
      switch entry.value {
      case .text(let text): text
      case .integer(let number): String(number)
      case .boolean(let truth): String(truth)
      }
    guard let changed = try? document.setting(entry.name, to: word) else { continue }
    require(changed.entries == document.entries, "a setting set to what it is changes nothing")
    let again = try? ConfigurationDocument(changed.text, of: "file")
    require(again?.entries == document.entries, "the changed file is a file")
  }
}

/// What we write of a configuration we read as the same.
private func checkSame<Subject: Configurable>(_ type: Subject.Type, _ text: String) {
  guard let subject = try? ConfigurationFile.parse(type, text, of: "file") else { return }
  let written = ConfigurationFile.render(subject)
  let read = try? ConfigurationFile.parse(type, written, of: "file")
  require(read == subject, "a configuration that was written is read as the same")
}

private func checkLine(_ error: ConfigurationError, of text: String) {
  // What is wrong with a file that was converted stands in the new one.
  guard error.file == "file", let line = error.line else { return }
  let count = text.utf8.count { $0 == UInt8(ascii: "\n") } + 1
  require((1...count).contains(line), "a mistake stands on a line of the file")
}
