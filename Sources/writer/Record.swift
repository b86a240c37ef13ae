internal import Foundation

#if canImport(Glibc)
  internal import Glibc
#endif

/// The file of acknowledgements, a line of JSON each; a line is written in one piece.
struct Record: Sendable {
  /// A write that a server has acknowledged. Times are nanoseconds of the machine's steady clock.
  struct Line: Encodable {
    let id: Int64
    let sent: Int64
    let acknowledged: Int64
    let server: String
    let timeline: Int
  }

  private let file: Int32

  /// Opens the file, or makes it.
  init(path: String) throws {
    file = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o644)
    guard file >= 0 else { throw CocoaError(.fileWriteUnknown) }
  }

  /// Adds a line at the end.
  func append(_ line: Line) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let bytes = try encoder.encode(line) + Data("\n".utf8)
    let written = bytes.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
    guard written == bytes.count else { throw CocoaError(.fileWriteUnknown) }
  }

  /// This moment on the steady clock, in nanoseconds.
  static var now: Int64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }
}
