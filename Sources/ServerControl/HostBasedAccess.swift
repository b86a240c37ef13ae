/// A line of `pg_hba.conf` in our part of it, before the name of its host is resolved.
public struct AccessRule: Sendable, Hashable {
  /// The databases: a name, or the words `all` or `replication`.
  public var database: Database
  /// The role.
  public var role: String
  /// Is the rule for the members of the role as well?
  public var includesMembers: Bool
  /// A host's name or address; with `isNetwork` a network such as `10.0.0.0/8`, or `samenet`.
  public var host: String
  /// Does the host stand for itself? Only where we have written it: a node chooses its own host's name.
  public var isNetwork: Bool

  /// Which databases a rule opens.
  public enum Database: Sendable, Hashable {
    case all
    case replication
    case named(String)
  }

  public init(
    database: Database, role: String, includesMembers: Bool = false, host: String,
    isNetwork: Bool = false
  ) {
    self.database = database
    self.role = role
    self.includesMembers = includesMembers
    self.host = host
    self.isNetwork = isNetwork
  }

  /// Can this be a host's name or address? Anything else, as a network, a name's end such as `.example`
  /// or what is no word at all, would open the server to more than one host.
  var namesHost: Bool {
    guard let first = host.utf8.first, first != UInt8(ascii: ".") else { return false }
    return host.unicodeScalars.allSatisfy { scalar in
      scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
        || "-_.:%".unicodeScalars.contains(scalar)
    }
  }
}

/// Our part of `pg_hba.conf`: one block at its end, rewritten as a whole, so that who has left the
/// group is gone from it. Everything else in the file stays as it is, byte for byte.
struct HostBasedAccess: Equatable {
  static let begin = "# BEGIN pg_autoctl: these lines are rewritten; put your own above them."
  static let end = "# END pg_autoctl"

  /// The lines between the marks.
  var lines: [String]

  /// - Parameters:
  ///   - networks: the networks of each host; a host that is missing keeps the lines that `earlier`
  ///     has for it, since a name service that is away must not lock anybody out, else its name.
  init(
    rules: [AccessRule], networks: [String: [String]], method: String, encrypted: Bool,
    earlier: HostBasedAccess?
  ) {
    let kind = encrypted ? "hostssl" : "host"
    var lines: [String] = []
    for rule in rules where rule.isNetwork || rule.namesHost {
      let database =
        switch rule.database {
        case .all: "all"
        case .replication: "replication"
        case .named(let name): Self.quoted(name)
        }
      // A role is a member of itself.
      let role = (rule.includesMembers ? "+" : "") + Self.quoted(rule.role)
      let start = "\(kind) \(database) \(role) "
      let remark = "  # \(rule.host)"
      let places = rule.isNetwork ? [rule.host] : networks[rule.host] ?? []
      let known = earlier?.lines.filter { $0.hasPrefix(start) && $0.hasSuffix(remark) } ?? []
      if places.isEmpty, !known.isEmpty {
        lines += known.filter { !lines.contains($0) }
        continue
      }
      for place in places.isEmpty ? [Self.quoted(rule.host)] : places {
        let line = start + place + " " + method + remark
        if !lines.contains(line) { lines.append(line) }
      }
    }
    self.lines = lines
  }

  private init(lines: [String]) { self.lines = lines }

  /// Our block in a file, if there is one.
  static func read(from content: [UInt8]) -> HostBasedAccess? {
    guard let place = place(in: content) else { return nil }
    let text = String(decoding: content[place], as: UTF8.self)
    return HostBasedAccess(
      lines: text.split(separator: "\n").map(String.init).filter { $0 != begin && $0 != end })
  }

  /// The file with our block as it should be now: where it was, else at the end.
  func applied(to content: [UInt8]) -> [UInt8] {
    let text = ([Self.begin] + lines + [Self.end]).map { $0 + "\n" }.joined()
    let block = Array(text.utf8)
    if let place = Self.place(in: content) {
      return Array(content[..<place.lowerBound]) + block + content[place.upperBound...]
    }
    let needsBreak = content.last.map { $0 != UInt8(ascii: "\n") } ?? false
    return content + (needsBreak ? Array("\n".utf8) : []) + block
  }

  /// Where our block lies, from the start of its first line to past the end of its last. A block whose
  /// end was lost reaches to the end of the file.
  private static func place(in content: [UInt8]) -> Range<Int>? {
    guard let first = content.firstRange(of: Array(begin.utf8)) else { return nil }
    let rest = content[first.lowerBound...]
    guard let last = rest.firstRange(of: Array("\n\(end)".utf8)) else {
      return first.lowerBound..<content.count
    }
    let after = content[last.upperBound...].first == UInt8(ascii: "\n") ? 1 : 0
    return first.lowerBound..<(last.upperBound + after)
  }

  /// A name in double quotes, which also takes its special meaning from a word like `all`.
  ///
  /// By scalars: a quote with a combining accent is another character and still a quote to PostgreSQL.
  static func quoted(_ name: String) -> String {
    var result = "\""
    for scalar in name.unicodeScalars
    where scalar != "\"" && scalar.properties.generalCategory != .control {
      result.unicodeScalars.append(scalar)
    }
    return result + "\""
  }
}
