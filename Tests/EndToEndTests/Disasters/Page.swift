import Foundation
import TestSupport
import Testing

/// A page of `docs/disasters`, whose commands are given on the hosts that it names, so that a page says
/// nothing that is not done in a test.
///
/// A block `sh` begins with `# on HOST`; its commands are given once and must succeed. In a block
/// `console` a line `HOST$ command` is followed by lines that the command prints, where `…` stands
/// for anything. Questions are asked until the answer is that one.
final class Page {
  private let cluster: Cluster
  private let servers: [Node]
  private let blocks: [PageBlock]
  private var followed: Set<String> = []

  /// A page for this cluster, and for servers that joined it later.
  init(_ name: String, for cluster: Cluster, and others: [Node] = []) throws {
    self.cluster = cluster
    servers = [cluster.monitor] + cluster.nodes + others
    let text = try String(
      contentsOfFile: "\(Paths.repository)/docs/disasters/\(name).md", encoding: .utf8)
    blocks = try PageBlock.blocks(of: text)
  }

  /// Does what stands below a heading, down to the next one.
  func follow(_ heading: String) async throws {
    let section = blocks.filter { $0.heading == heading }
    guard !section.isEmpty else { throw Hopeless("The page has no commands under: \(heading)") }
    tell(heading)
    followed.insert(heading)
    for block in section { try await perform(block) }
  }

  /// Every heading with commands must have been followed.
  func expectFollowedToTheEnd(sourceLocation: SourceLocation = #_sourceLocation) {
    let rest = Set(blocks.map(\.heading)).subtracting(followed)
    #expect(rest.isEmpty, "nobody followed the page here", sourceLocation: sourceLocation)
  }

  private func perform(_ block: PageBlock) async throws {
    let operating = Operator(
      host: try #require(cluster.network.hosts.first { $0.name == block.host }, "\(block.host)"),
      node: servers.first { $0.host.name == block.host })
    guard let answer = block.answer else {
      let outcome = try await operating.gives(block.command)
      guard outcome.status == 0 else {
        throw Hopeless("\(block.host)$ \(block.command): \(outcome.status)\n\(outcome.printed)")
      }
      return
    }
    if !block.isQuestion {
      let outcome = try await operating.gives(block.command, typing: block.typed)
      return try block.require(answer, in: outcome.printed)
    }
    try await eventually("the answer of the page to: \(block.command)", within: .seconds(60)) {
      try block.require(answer, in: try await operating.gives(block.command).printed)
    }
  }
}

/// A person at a host.
private struct Operator {
  let host: VirtualHost
  /// The server there, if any.
  let node: Node?

  /// Gives a command to the shell. What is typed at its prompts is typed in a terminal.
  func gives(
    _ command: String, typing: String? = nil
  ) async throws -> (status: Int, printed: String) {
    // The hosts have no service manager; the test is theirs, whose journal is a file.
    switch command {
    case "sudo systemctl start pgautofailover":
      try await #require(node).startKeeper()
      return (0, "")
    case "journalctl -u pgautofailover": return (0, try #require(node).keeper.log)
    default: break
    }
    let script = "PATH=\(Paths.postgresPrograms):$PATH\n\(command)"
    let words =
      typing.map {
        ["bash", "-c", #"printf '%s\n' "$1" | script -qec "$0" /dev/null"#, script, $0]
      } ?? ["bash", "-c", script]
    let outcome = try await host.run(words, limit: .seconds(180))
    return (outcome.status, outcome.output + outcome.errorOutput)
  }
}
