extension ConnectionString {
  /// One connection string for each host, in order, so that each gets its share of the time.
  ///
  /// libpq walks through several hosts by itself, but gives the first silent one all the time there is.
  /// `prefer-standby` becomes two rounds, as in libpq.
  var eachHost: [ConnectionString] {
    guard self["target_session_attrs"] == "prefer-standby" else { return splitHosts }
    var standby = self
    standby["target_session_attrs"] = "standby"
    var any = self
    any["target_session_attrs"] = "any"
    return standby.splitHosts + any.splitHosts
  }

  private var splitHosts: [ConnectionString] {
    let lists = ["host", "hostaddr", "port"].compactMap { keyword in
      self[keyword].map { (keyword, $0.split(separator: ",", omittingEmptySubsequences: false)) }
    }
    let counts = lists.filter { $0.0 != "port" }.map(\.1.count)
    guard let count = counts.first, count > 1, counts.allSatisfy({ $0 == count }),
      lists.allSatisfy({ $0.1.count == count || ($0.0 == "port" && $0.1.count == 1) })
    else { return [self] }  // One host, or lists that do not match: libpq says so.
    return (0..<count).map { index in
      var single = self
      for (keyword, values) in lists {
        let value = values[values.count == 1 ? 0 : index]
        single[keyword] = value.isEmpty ? nil : String(value)
      }
      return single
    }
  }

  /// `host:port` for messages.
  var address: String {
    let host = self["hostaddr"] ?? self["host"] ?? "localhost"
    return "\(host):\(self["port"] ?? "5432")"
  }
}
