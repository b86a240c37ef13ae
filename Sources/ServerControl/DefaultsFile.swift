/// Our file of settings that replication needs. `postgresql.conf` includes it at its top, so that
/// what the operator writes there wins.
struct DefaultsFile: Equatable {
  static let name = "postgresql-auto-failover.conf"

  var content: String

  init(_ settings: ServerSettings) {
    var lines = [
      "# Written by pg_autoctl. To change a setting, write it in postgresql.conf below the include.",
      SettingsFile.line("listen_addresses", settings.listenAddresses),
      "port = \(settings.port)",
      SettingsFile.line("unix_socket_directories", settings.socketDirectory),
      "",
      "# Replication, and the possibility to rewind after a failover.",
      "wal_level = replica",
      "hot_standby = on",
      "wal_log_hints = on",
      "max_wal_senders = 12",
      "max_replication_slots = 12",
      "synchronous_commit = on",
      "hot_standby_feedback = on",
      "wal_keep_size = 1GB",
      "# max_slot_wal_keep_size stays unlimited: a standby that was away must find its WAL again.",
      "# Set it in postgresql.conf where a full disk is worse than a new base backup.",
      "",
      "# A silent peer is noticed within seconds; a standby reports what it has each second.",
      "wal_sender_timeout = 5s",
      "wal_receiver_timeout = 3s",
      "wal_receiver_status_interval = 1s",
      "wal_retrieve_retry_interval = 500ms",
      "tcp_keepalives_idle = 5",
      "tcp_keepalives_interval = 2",
      "tcp_keepalives_count = 3",
      "tcp_user_timeout = 10s",
      "",
    ]
    lines += Self.security(settings)
    lines += settings.additionalSettings.sorted { $0.key < $1.key }
      .map { SettingsFile.line($0.key, $0.value) }
    content = lines.joined(separator: "\n") + "\n"
  }

  private static func security(_ settings: ServerSettings) -> [String] {
    let hash = settings.authentication == .md5 ? "md5" : "scram-sha-256"
    var lines = ["password_encryption = '\(hash)'"]
    switch settings.encryption {
    case .off: lines.append("ssl = off")
    case .selfSigned:
      lines += [
        "ssl = on", SettingsFile.line("ssl_cert_file", SelfSignedCertificate.certificateName),
        SettingsFile.line("ssl_key_file", SelfSignedCertificate.keyName),
      ]
    case .files(let files):
      lines += [
        "ssl = on", SettingsFile.line("ssl_cert_file", files.certificate),
        SettingsFile.line("ssl_key_file", files.key),
      ]
      if let path = files.authority { lines.append(SettingsFile.line("ssl_ca_file", path)) }
      if let path = files.revocationList { lines.append(SettingsFile.line("ssl_crl_file", path)) }
    }
    return lines + [""]
  }
}
