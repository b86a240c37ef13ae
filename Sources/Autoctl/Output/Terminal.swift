internal import Glibc

/// The few things a terminal is asked and told.
enum Terminal {
  static func isTerminal(_ descriptor: CInt) -> Bool { isatty(descriptor) == 1 }

  /// The size of the terminal that standard output is, now; 80 by 24 when it does not say.
  static var size: ScreenSize {
    var size = winsize()
    guard ioctl(1, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 else {
      return ScreenSize(columns: 80, rows: 24)
    }
    return ScreenSize(columns: Int(size.ws_col), rows: Int(size.ws_row))
  }

  /// Writes all of a text; a reader that has gone is no reason to complain.
  static func write(_ text: String, to descriptor: CInt) {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { return }
      rest = rest.dropFirst(count)
    }
  }

  /// Asks on standard error, so that results stay clean, and reads a line; `nil` at the end of input.
  @Sendable static func ask(_ question: String) -> String? {
    write(question, to: 2)
    return readLine()
  }

  /// Moves to the upper left corner and forgets what was shown.
  static let clear = "\u{1B}[H\u{1B}[2J"
  /// Moves to the start of the line and forgets it.
  static let clearLine = "\r\u{1B}[K"
}
