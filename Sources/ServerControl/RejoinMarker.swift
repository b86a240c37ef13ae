/// The note that a rewind is under way, beside the data directory, because the rewind rewrites what is
/// in it. While it is there the server is not started, and a rejoin takes the rewind up again.
///
/// It is a directory that also keeps the node's own configuration, which the rewind overwrites with
/// the primary's.
struct RejoinMarker: Sendable {
  var directory: String
  var place: String?

  /// What is kept: a node's own configuration stays its own.
  static let files = [
    "postgresql.conf", "postgresql.auto.conf", "pg_hba.conf", "pg_ident.conf",
    SelfSignedCertificate.certificateName, SelfSignedCertificate.keyName,
  ]

  /// A directory of its own, also in a place that holds other things: it is removed at the end.
  private var path: String {
    place.map { $0 + "/rejoining" } ?? directory + ".autoctl_rejoining"
  }
  private var note: String { path + "/note" }

  /// Is a rewind under way?
  var exists: Bool { DurableFiles.exists(note) }

  /// How many rewinds have failed since the marker was set, for reasons nobody knows.
  func failures() throws(ServerError) -> Int {
    Int(try DurableFiles.text(note) ?? "") ?? 0
  }

  /// Counts one more failure.
  func countFailure() throws(ServerError) {
    try DurableFiles.keep(note, as: String(try failures() + 1))
  }

  /// Keeps the configuration, then sets the note. When a rewind is under way already, what is kept
  /// stays: the directory may hold the primary's by now.
  func begin() throws(ServerError) {
    if exists { return }
    try DurableFiles.makeDirectory(path)
    for name in Self.files {
      let kept = path + "/" + name
      if try !DurableFiles.copy(directory + "/" + name, to: kept) { try DurableFiles.remove(kept) }
    }
    try DurableFiles.keep(note, as: "0")
  }

  /// Puts the node's own configuration back.
  func restoreConfiguration(into target: String) throws(ServerError) {
    for name in Self.files {
      try DurableFiles.copy(path + "/" + name, to: target + "/" + name)
    }
  }

  /// Removes the note, then what was kept.
  func end() throws(ServerError) {
    guard DurableFiles.exists(path) else { return }
    try DurableFiles.remove(note)
    try DurableFiles.removeTree(path)
  }
}
