internal import Glibc

/// The directories outside a data directory that its tablespaces lie in.
enum Tablespaces {
  /// Where the tablespaces of a data directory lie.
  static func locations(of directory: String) throws(ServerError) -> [String] {
    let links = directory + "/pg_tblspc"
    var locations: [String] = []
    for name in try DurableFiles.entries(of: links) ?? [] {
      guard let place = realpath(links + "/" + name, nil) else { continue }
      locations.append(String(cString: place))
      free(place)
    }
    return locations.sorted()
  }

  /// A place for a copy of a tablespace: where it lies on the primary, or beside that when something is
  /// there already, such as the copy that this one replaces.
  static func freePlace(for location: String) throws(ServerError) -> String {
    var candidate = location
    var number = 0
    while try !(DurableFiles.entries(of: candidate) ?? []).isEmpty {
      number += 1
      candidate = "\(location).autoctl_\(number)"
    }
    return candidate
  }

  /// A path as `--tablespace-mapping` wants it.
  static func escaped(_ path: String) -> String {
    String(path.flatMap { $0 == "=" ? ["\\", "="] : [$0] })
  }

  /// Removes what the tablespaces of a replaced data directory hold.
  static func remove(of old: String, unlessUsedBy current: String) throws(ServerError) {
    guard DurableFiles.exists(old) else { return }
    let kept = Set(try locations(of: current))
    for place in try locations(of: old) where !kept.contains(place) && !place.hasPrefix(old) {
      // Only the server's own directories, named after its version.
      for name in try DurableFiles.entries(of: place) ?? [] where name.hasPrefix("PG_") {
        try DurableFiles.removeTree(place + "/" + name)
      }
    }
  }
}
