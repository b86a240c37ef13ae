internal import PostgresClient

// Two commands at once: one is halted within its transaction, so that another can come between.
extension Laboratory {
  /// Points at which a session halts that was told to: where it begins to change a table.
  static let preparation = """
    CREATE SCHEMA simulation;
    CREATE FUNCTION simulation.pause() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE _left int := current_setting('simulation.pause_after')::int;
    BEGIN
        PERFORM set_config('simulation.pause_after', CASE WHEN _left > 1 THEN (_left - 1)::text ELSE '' END, false);
        IF _left = 1 THEN
            PERFORM pg_advisory_lock_shared(7777);
            PERFORM pg_advisory_unlock_shared(7777);
        END IF;
        RETURN NULL;
    END $$;
    CREATE TRIGGER pause BEFORE INSERT OR UPDATE OR DELETE ON pgautofailover.registered_node FOR EACH STATEMENT
        WHEN (coalesce(current_setting('simulation.pause_after', true), '') <> '') EXECUTE FUNCTION simulation.pause();
    CREATE TRIGGER pause BEFORE INSERT ON pgautofailover.event FOR EACH STATEMENT
        WHEN (coalesce(current_setting('simulation.pause_after', true), '') <> '') EXECUTE FUNCTION simulation.pause();
    CREATE TRIGGER pause BEFORE INSERT OR UPDATE OR DELETE ON pgautofailover.synchronous_set FOR EACH STATEMENT
        WHEN (coalesce(current_setting('simulation.pause_after', true), '') <> '') EXECUTE FUNCTION simulation.pause();
    """

  /// Waits until a session has answered, or stands at a lock. Says whether it has answered.
  func answers(_ session: DirectSession) throws(PostgresError) -> Bool {
    while true {
      if session.isAnswered { return true }
      let waits = try control.query(
        "SELECT 1 FROM pg_locks WHERE pid = $1::int AND NOT granted", [String(session.processID)])
      if !waits.isEmpty { return session.isAnswered }
    }
  }

  /// Waits until the listening session has received all that the other one has announced: PostgreSQL
  /// delivers that when it comes to it, and a day must not depend on when.
  func hearOther() throws(PostgresError) {
    try other.query("NOTIFY simulation")
    let began = ContinuousClock.now
    while ContinuousClock.now - began < .seconds(30) {
      try session.query("SELECT 1")
      let heard = session.notifications()
      unread.formUnion(heard.map(\.channel))
      if heard.contains(where: { $0.channel == "simulation" }) { return }
    }
    throw PostgresError(code: .timedOut, message: "An announcement of the other session got lost.")
  }

  /// The channels on which something has been announced since the last call.
  func heardChannels() -> Set<String> {
    defer { unread = [] }
    return unread.union(session.notifications().map(\.channel)).subtracting(["simulation"])
  }
}
