internal import PostgresClient

/// The local connection that the last action has left, for the next one: a way between states takes several, each of which
/// asks more than once. It is closed soon.
actor IdleConnection {
  private var connection: Connection?
  private var owner: Postmaster?
  /// How many were kept; tells whether the one that is to be closed has been used since.
  private var kept = 0

  private static let longestRest = Duration.seconds(2)

  /// Hands over what was left by an action on this server, if it still answers, with its settings as in the beginning.
  func take(to postmaster: Postmaster) async -> Connection? {
    guard let found = connection else { return nil }
    connection = nil
    if owner?.id == postmaster.id,
      (try? await found.query("RESET ALL", timeout: .seconds(1))) != nil
    {
      return found
    }
    await found.close()
    return nil
  }

  /// Keeps a connection for the next action.
  func keep(_ left: Connection, to postmaster: Postmaster) async {
    let old = connection
    connection = left
    owner = postmaster
    kept += 1
    let number = kept
    Task {
      try? await Task.sleep(for: Self.longestRest)
      await closeIfUnused(since: number)
    }
    await old?.close()
  }

  private func closeIfUnused(since number: Int) async {
    if kept == number { await close() }
  }

  func close() async {
    let old = connection
    connection = nil
    await old?.close()
  }
}
