internal import CJobStage

/// The one thread on which a day is simulated. All concurrency of keepers runs here, one job at a
/// time, in the order in which the jobs came to be; so nothing here needs a lock, and the same day
/// runs the same way again.
enum Stage {
  /// Performs a day. Jobs of other threads are left alone.
  static func perform<Result>(_ day: () throws -> Result) rethrows -> Result {
    job_stage_enter()
    defer { job_stage_leave() }
    return try day()
  }

  /// Lets all tasks go on until each of them waits.
  static func settle() {
    while job_stage_run_next() {}
  }
}
