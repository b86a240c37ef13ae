import Foundation
import Testing

/// The faults that `make seeded-faults` puts into our own logic are patches of the sources as they are.
@Suite struct SeededFaultTests {
  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appending(path: "../..").standardized
  private static let faults = root.appending(path: "Tests/seeded-faults")

  private static let names = try! FileManager.default.contentsOfDirectory(atPath: faults.path)
    .filter { $0.hasSuffix(".patch") }.sorted()

  @Test func thereAreTwelveAtLeast() {
    #expect(Self.names.count >= 12)
  }

  @Test(arguments: names)
  func aFaultAppliesToTheSourcesAndSaysWhatItBreaks(name: String) throws {
    let file = Self.faults.appending(path: name)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["git", "apply", "--check", file.path]
    process.currentDirectoryURL = Self.root
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    let sentence = try String(contentsOf: file, encoding: .utf8).prefix { $0 != "\n" }
    #expect(sentence.hasSuffix("."))
  }
}
