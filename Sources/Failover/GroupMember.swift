/// A node of a group, as the monitor lists it (`get_nodes`, `get_other_nodes`).
public struct GroupMember: Sendable, Hashable, Codable {
  public var id: Int64
  public var name: String
  public var host: String
  public var port: Int
  /// The last position the node reported.
  public var position: LogPosition
  /// Did the node report a state that takes writes?
  public var isPrimary: Bool

  public init(
    id: Int64, name: String, host: String, port: Int, position: LogPosition = .unknown,
    isPrimary: Bool = false
  ) {
    self.id = id
    self.name = name
    self.host = host
    self.port = port
    self.position = position
    self.isPrimary = isPrimary
  }

  /// The name of the replication slot that a member holds on every other member, and the
  /// `application_name` it replicates under.
  public var slotName: String { Self.slotName(of: id) }

  /// The slot and application name of the node with this id.
  public static func slotName(of id: Int64) -> String { "\(slotPrefix)\(id)" }

  /// The id of the node with this slot or application name; `nil` when it is none of ours.
  public static func id(ofSlot name: String) -> Int64? {
    name.hasPrefix(slotPrefix) ? Int64(name.dropFirst(slotPrefix.count)) : nil
  }

  private static let slotPrefix = "pgautofailover_standby_"
}
