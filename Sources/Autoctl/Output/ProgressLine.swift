/// The progress of long work, on one line that is written again and again; nothing where nobody
/// watches.
struct ProgressLine: Sendable {
  let show: @Sendable (String) -> Void

  init(_ output: any Output) {
    let isWatched = output.noteIsWatched
    show = { sentence in
      // Blanks at the end would only wrap the line.
      let words = sentence.reversed().drop { $0.isWhitespace }.reversed()
      if isWatched { output.note(Terminal.clearLine + String(words)) }
    }
  }
}
