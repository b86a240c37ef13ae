public import Foundation

/// Histories as files: a line of JSON an operation.
public enum HistoryFile {
  /// Reads the operations of files; a last line that is not complete is left out, as its writer was ended.
  public static func read(_ paths: [String]) throws -> [HistoryEntry] {
    let decoder = JSONDecoder()
    return try paths.flatMap { path -> [HistoryEntry] in
      let text = try Data(contentsOf: URL(fileURLWithPath: path))
      let newline = UInt8(ascii: "\n")
      return try text.split(separator: newline, omittingEmptySubsequences: false).dropLast()
        .map { try decoder.decode(HistoryEntry.self, from: Data($0)) }
    }
  }

  /// An operation as its line.
  public static func line(_ operation: HistoryEntry) throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return try encoder.encode(operation) + Data("\n".utf8)
  }
}
