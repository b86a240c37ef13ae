@preconcurrency internal import Dispatch
internal import Glibc

/// The size of a terminal, in characters.
struct ScreenSize: Equatable, Sendable {
  var columns: Int
  var rows: Int
}

/// The terminal of this process while it shows whole screens: keys come one by one and unseen, and what was
/// there before comes back.
final class RawTerminal: Sendable {
  private let before: termios

  /// `nil` when standard input or output is no terminal.
  init?() {
    var settings = termios()
    guard Terminal.isTerminal(0), Terminal.isTerminal(1), tcgetattr(0, &settings) == 0 else {
      return nil
    }
    before = settings
  }

  /// Shows an empty screen of our own, without cursor. Interrupts are signals still.
  func enter() {
    var settings = before
    settings.c_lflag &= ~tcflag_t(ICANON | ECHO)
    tcsetattr(0, TCSANOW, &settings)
    Terminal.write("\u{1B}[?1049h\u{1B}[?25l\u{1B}[2J", to: 1)
  }

  /// Gives the terminal back as it was.
  func leave() {
    Terminal.write("\u{1B}[0m\u{1B}[?25h\u{1B}[?1049l", to: 1)
    var settings = before
    tcsetattr(0, TCSAFLUSH, &settings)
  }

  /// Its size now.
  var size: ScreenSize { Terminal.size }

  /// What is typed, in pieces, until the terminal is gone.
  var input: AsyncStream<[UInt8]> {
    AsyncStream { continuation in
      let source = DispatchSource.makeReadSource(fileDescriptor: 0)
      source.setEventHandler {
        var buffer = [UInt8](repeating: 0, count: 256)
        let count = read(0, &buffer, buffer.count)
        if count > 0 {
          continuation.yield(Array(buffer[..<count]))
        } else if count == 0 || (errno != EINTR && errno != EAGAIN) {
          continuation.finish()
        }
      }
      continuation.onTermination = { _ in source.cancel() }
      source.resume()
    }
  }
}
