internal import Configuration
internal import Keeper
internal import Logging
internal import MonitorHost
internal import PostgresClient
internal import ServerControl

extension ServerSettings {
  /// The settings of a node's server.
  init(
    node configuration: KeeperConfiguration, nodeID: Int64?, locations: FileLocations,
    context: CommandContext
  ) throws {
    let server = configuration.server
    self.init(
      dataDirectory: server.pgdata, binDirectory: server.binDirectory, port: server.port,
      superuser: context.userName, hostname: configuration.hostname, logger: context.logger)
    listenAddresses = server.listenAddresses
    socketDirectory = server.socketDirectory
    username = configuration.username
    database = configuration.database
    authentication = Authentication(server.authentication)
    editsHBA = !server.skipsHostBasedAccess
    monitorHost =
      configuration.isMonitorDisabled ? nil : try configuration.requireMonitor().hosts.first
    encryption = configuration.ssl.encryption
    sslMode = configuration.ssl.mode.rawValue
    replicationPassword =
      configuration.replicationPassword.isEmpty ? nil : configuration.replicationPassword
    maximumBackupRate = configuration.maximumBackupRate
    baseBackupCommand =
      configuration.baseBackupCommand.isEmpty ? nil : configuration.baseBackupCommand
    backupDirectory = configuration.backupDirectory.isEmpty ? nil : configuration.backupDirectory
    rejoinDirectory = locations.state.lastIndex(of: "/").map { String(locations.state[..<$0]) }
    self.nodeID = nodeID
  }
}

extension KeeperSettings {
  /// The keeper's limits, as the configuration sets them.
  init(_ configuration: KeeperConfiguration, haste: Int) {
    self.init()
    roundInterval /= haste
    watchInterval /= haste
    housekeepingInterval /= haste
    partitionTimeout = configuration.networkPartitionTimeout
    restartLimit = configuration.restartFailureTimeout
    restartAttempts = configuration.restartFailureMaxRetries
  }
}

extension ConnectionString {
  /// The hosts that it names, in order.
  var hosts: [String] {
    (self["host"] ?? self["hostaddr"] ?? "").split(separator: ",").map(String.init)
  }
}
