public import Foundation

#if canImport(Glibc)
  internal import Glibc
#endif

/// A file of records, a line of JSON each. A line is written in one piece, so that several processes and sessions may write
/// to one file, and one that is ended leaves no more than its last line incomplete.
public struct LineFile: Sendable {
  private let file: Int32

  /// Opens the file, or makes it; lines are appended.
  public init(path: String) throws {
    file = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o644)
    guard file >= 0 else { throw CocoaError(.fileWriteUnknown) }
  }

  /// Adds a line at the end.
  public func append(_ record: some Encodable) throws {
    let bytes = try Self.line(record)
    let written = bytes.withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
    guard written == bytes.count else { throw CocoaError(.fileWriteUnknown) }
  }

  /// A record as its line.
  public static func line(_ record: some Encodable) throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return try encoder.encode(record) + Data("\n".utf8)
  }

  /// Reads all complete lines.
  public static func read<Record: Decodable>(_ path: String, of type: Record.Type = Record.self)
    throws
    -> [Record]
  {
    let decoder = JSONDecoder()
    let newline = UInt8(ascii: "\n")
    return try Data(contentsOf: URL(fileURLWithPath: path))
      .split(separator: newline, omittingEmptySubsequences: false).dropLast()
      .map { try decoder.decode(Record.self, from: Data($0)) }
  }
}

/// This moment on the machine's steady clock, which all its processes share, in nanoseconds.
public func steadyNanoseconds() -> Int64 {
  var time = timespec()
  clock_gettime(CLOCK_MONOTONIC, &time)
  return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
}
