public import Failover
internal import Glibc
internal import Logging

extension LocalServer {
  public func configure(for members: [GroupMember]) async throws(ServerError) {
    guard try data.content() == .cluster else {
      throw ServerError(
        code: .fileSystem, message: "There is no cluster in \(directory).",
        hint: "Create one, or copy it from the primary.")
    }
    if settings.encryption == .selfSigned { try await certificate(in: directory).ensure() }
    var hasChanged = try writeSettings(in: directory)
    if try await writeAccess(for: members) { hasChanged = true }
    if hasChanged, process.postmaster != nil {
      log.info("The server's settings or access rules have changed; it reloads them.")
      rereadFiles()
    }
  }

  /// Writes our two files and their includes; says whether anything changed.
  @discardableResult
  func writeSettings(in place: String) throws(ServerError) -> Bool {
    let path = place + "/" + ConfigurationFile.name
    guard let content = try DurableFiles.read(path) else {
      throw ServerError(
        code: .fileSystem, message: "There is no \(ConfigurationFile.name) in \(place).",
        hint: "Move the cluster's configuration files into its data directory.")
    }
    var hasChanged = try DurableFiles.keep(
      place + "/" + DefaultsFile.name, as: DefaultsFile(settings).content, mode: 0o600)
    // What is included must be there before it is included.
    if try RoleFile.read(in: place).write(in: place) { hasChanged = true }
    let wanted = ConfigurationFile.withIncludes(content)
    if wanted != content {
      try DurableFiles.replace(path, with: wanted)
      hasChanged = true
    }
    return hasChanged
  }

  /// Removes from `postgresql.auto.conf` what would overrule the node's role. Only while stopped.
  func cleanAutomaticConfiguration(in place: String) throws(ServerError) {
    let removed = try AutomaticConfiguration.clean(in: place)
    if !removed.isEmpty {
      log.notice(
        "Removed from postgresql.auto.conf what only the role decides: \(removed.sorted()).")
    }
  }

  func certificate(in place: String) -> SelfSignedCertificate {
    SelfSignedCertificate(
      directory: place, hostname: settings.hostname, prefix: settings.launchPrefix)
  }

  /// Rewrites our part of `pg_hba.conf`; says whether that changed anything.
  private func writeAccess(for members: [GroupMember]) async throws(ServerError) -> Bool {
    guard settings.editsHBA else { return false }
    let path = directory + "/pg_hba.conf"
    guard let content = try DurableFiles.read(path) else {
      throw ServerError(
        code: .fileSystem, message: "There is no pg_hba.conf in \(directory).",
        hint: "Move the cluster's configuration files into its data directory.")
    }
    let rules = accessRules(for: members)
    var networks: [String: [String]] = [:]
    for host in Set(rules.filter { !$0.isNetwork && $0.namesHost }.map(\.host)) {
      networks[host] = await NameResolution.networks(of: host, atMost: limits.resolution)
    }
    let access = HostBasedAccess(
      rules: rules, networks: networks, method: settings.authentication.rawValue,
      encrypted: settings.encryption != .off, earlier: HostBasedAccess.read(from: content))
    let wanted = access.applied(to: content)
    if wanted == content { return false }
    try DurableFiles.replace(path, with: wanted)
    return true
  }

  /// Who may connect from where: the monitor's health checks, the replication of every member, the
  /// user of this host.
  func accessRules(for members: [GroupMember]) -> [AccessRule] {
    var rules: [AccessRule] = []
    if let host = settings.monitorHost {
      rules.append(AccessRule(database: .all, role: ServerSettings.healthRole, host: host))
    }
    let role = ServerSettings.replicationRole
    for member in members.sorted(by: { $0.id < $1.id }) {
      rules.append(AccessRule(database: .replication, role: role, host: member.host))
      // A rewind and the look at the slots are ordinary sessions.
      rules.append(AccessRule(database: .all, role: role, host: member.host))
    }
    if !settings.username.isEmpty {
      rules.append(
        AccessRule(
          database: .named(settings.database), role: settings.username, host: settings.hostname))
    }
    return rules + settings.additionalAccess
  }
}
