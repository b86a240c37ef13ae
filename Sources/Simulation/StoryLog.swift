internal import Logging

/// A keeper's log, as lines of the story.
struct StoryLog: LogHandler {
  let host: Host
  let life: Life
  var metadata: Logger.Metadata = [:]
  var logLevel: Logger.Level = .info

  init(host: Host, life: Life) {
    self.host = host
    self.life = life
  }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    if !life.isOver { host.world.tell(host, "keeper: \(event.message)") }
  }
}
