internal import ArgumentParser
internal import Keeper

/// What keepers are given other limits by; without an option they keep as real ones do.
struct KeeperLimits: ParsableArguments {
  @Option(help: "After how many seconds a primary that hears nobody stops.")
  var partitionTimeout: Double?

  @Option(help: "How many seconds a server may leave queries unanswered before it is given up.")
  var hungLimit: Double?

  @Option(help: "How many seconds a server may be away before it is given up.")
  var restartLimit: Double?

  @Option(help: "How many seconds ago a standby that is connected may have answered.")
  var standbyPatience: Double?

  /// Each option with what it sets.
  private var all:
    [(name: String, seconds: Double?, place: WritableKeyPath<KeeperSettings, Duration>)]
  {
    [
      ("--partition-timeout", partitionTimeout, \.partitionTimeout),
      ("--hung-limit", hungLimit, \.hungLimit),
      ("--restart-limit", restartLimit, \.restartLimit),
      ("--standby-patience", standbyPatience, \.standbyPatience),
    ]
  }

  var settings: KeeperSettings {
    var settings = KeeperSettings()
    for case (_, let seconds?, let place) in all { settings[keyPath: place] = .seconds(seconds) }
    return settings
  }

  /// The same options for another process.
  var arguments: [String] {
    all.flatMap { option in option.seconds.map { [option.name, "\($0)"] } ?? [] }
  }
}
