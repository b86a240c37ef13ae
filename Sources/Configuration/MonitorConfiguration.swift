/// The configuration of a monitor: its server.
public struct MonitorConfiguration: ServerConfigurable {
  /// Under which name or address nodes reach the monitor.
  public var hostname = ""
  public var server = ServerConfiguration()
  public var ssl = SSLConfiguration()

  public init() {}

  public static var role: ConfigurationRole { .monitor }

  /// The database of the extension.
  public static let database = "pg_auto_failover"
  /// The role that keepers and commands connect as.
  public static let nodeRole = "autoctl_node"
  /// The role that owns the database.
  public static let ownerRole = "autoctl"

  public static var settings: [Setting<Self>] {
    [
      Setting(
        "pg_autoctl", "hostname", \.hostname, isRequired: true,
        means: "The name or address under which nodes reach this monitor.")
    ] + serverSettings + sslSettings.map { $0.applied(by: .reload) }
  }
}
