import Foundation
import Testing

/// The documents that people write.
@Suite struct DocumentTests {
  private static let documents: [String] = {
    let folders = ["docs", "docs/disasters", "docs/how-to", "docs/reference", "docs/tutorial"]
    let inFolders = folders.flatMap { folder in
      let names = try? FileManager.default.contentsOfDirectory(
        atPath: ManualTests.folder.appendingPathComponent(folder).path)
      return (names ?? []).filter { $0.hasSuffix(".md") }.map { "\(folder)/\($0)" }
    }
    return inFolders + ["README.md", "CONTRIBUTING.md", "ARCHITECTURE.md", "Tests/README.md"]
  }()

  /// Somebody who reads at night finds what a page points to.
  @Test func everyLinkLeadsToAFile() throws {
    var count = 0
    for document in Self.documents {
      let file = ManualTests.folder.appendingPathComponent(document)
      let text = try String(contentsOf: file, encoding: .utf8)
      for link in text.matches(of: /\]\(([^)#:\s]+)(#[^)]*)?\)/) {
        count += 1
        let target = file.deletingLastPathComponent().appendingPathComponent(String(link.1))
        #expect(
          FileManager.default.fileExists(atPath: target.path), "\(document): \(link.1)")
      }
    }
    #expect(count > 50, "\(count) links")
  }

  /// Every page about a disaster is in their list.
  @Test func everyDisasterIsListed() throws {
    let list = try String(
      contentsOf: ManualTests.folder.appendingPathComponent("docs/disasters/README.md"),
      encoding: .utf8)
    for document in Self.documents where document.hasPrefix("docs/disasters/") {
      let name = document.dropFirst("docs/disasters/".count)
      #expect(name == "README.md" || list.contains("(\(name))"), "\(name)")
    }
  }
}
