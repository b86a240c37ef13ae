internal import Glibc

/// Puts a complete copy of a cluster into the place of another, such that at each moment a complete
/// one exists, and a crash at any point is mended by the next call of `recover`.
///
/// The copy grows as `.autoctl_clone`, and is renamed `.autoctl_new` the moment it is complete and on
/// disk. Then the old directory becomes `.autoctl_old`, the new one takes its place, the old is
/// removed. The names are ours alone: nothing of the operator's is ever removed.
struct DirectorySwap: Sendable {
  /// The data directory.
  var directory: String
  /// Where copies are made; `nil` for beside the data directory.
  var backupDirectory: String?

  /// Where a copy grows; incomplete whenever it is found.
  var clone: String { base + ".autoctl_clone" }
  /// A complete copy that has not taken its place yet.
  var complete: String { base + ".autoctl_new" }
  /// What was replaced, until it is removed.
  var old: String { directory + ".autoctl_old" }

  private var base: String {
    backupDirectory.map { $0 + "/" + DurableFiles.name(of: directory) } ?? directory
  }

  /// Has a copy still to take its place?
  var isPending: Bool { DurableFiles.exists(complete) }

  /// Clears the place for a new copy, and sees that it will be able to take the old one's place.
  func begin() throws(ServerError) {
    try DurableFiles.removeTree(clone)
    if let backupDirectory { try DurableFiles.makeDirectory(backupDirectory) }
    let parent = DurableFiles.parent(of: directory)
    guard let target = DurableFiles.identity(of: parent),
      let source = DurableFiles.identity(of: DurableFiles.parent(of: clone))
    else {
      throw ServerError(
        code: .fileSystem, message: "There is no directory \(parent).", hint: "Create it first.")
    }
    guard source.device == target.device else {
      throw ServerError(
        code: .fileSystem,
        message: "\(DurableFiles.parent(of: clone)) lies on another file system than \(directory).",
        hint: "Choose a backup directory on the data directory's file system.")
    }
    if let own = DurableFiles.identity(of: directory), own.device != target.device {
      throw ServerError(
        code: .fileSystem,
        message: "\(directory) is the root of a file system and cannot be replaced.",
        hint: "Use a directory below it as the data directory.")
    }
    guard access(parent, W_OK | X_OK) == 0 else {
      throw ServerError.system(errno, couldNot: "make a directory in \(parent)")
    }
  }

  /// The copy is complete and on disk: it will take the old one's place, now or after a crash.
  func finish() throws(ServerError) {
    try DurableFiles.rename(clone, to: complete)
    try recover()
  }

  /// Finishes what a crash cut short, or undoes it where nothing complete is there to finish it with.
  /// Nobody may be working in the data directory when a copy is pending.
  func recover() throws(ServerError) {
    if DurableFiles.exists(complete) {
      if DurableFiles.exists(directory) {
        // What was replaced before and not removed yet gives way only now that two others exist.
        try Tablespaces.remove(of: old, unlessUsedBy: directory)
        try DurableFiles.removeTree(old)
        try DurableFiles.rename(directory, to: old)
      }
      try DurableFiles.rename(complete, to: directory)
    } else if !DurableFiles.exists(directory), DurableFiles.exists(old) {
      try DurableFiles.rename(old, to: directory)
    }
    if DurableFiles.exists(directory), DurableFiles.exists(old) {
      try Tablespaces.remove(of: old, unlessUsedBy: directory)
      try DurableFiles.removeTree(old)
      try DurableFiles.syncDirectory(DurableFiles.parent(of: directory))
    }
  }
}
