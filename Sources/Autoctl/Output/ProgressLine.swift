/// The progress of long work, on one line that is written again and again; nothing where nobody
/// watches.
struct ProgressLine: Sendable {
  let show: @Sendable (String) -> Void

  init(_ output: any Output) {
    let isWatched = output.noteIsWatched
    show = { sentence in
      if isWatched { output.note("\(Terminal.clearLine)\(sentence)") }
    }
  }
}
