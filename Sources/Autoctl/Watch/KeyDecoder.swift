/// What a person may press while watching.
enum WatchKey: Equatable, Sendable {
  case quit
  case up, down, pageUp, pageDown, home, end
  case nextFormation, previousFormation
  case keys
  case redraw
}

/// Makes keys of the bytes that a terminal sends. An escape sequence may come in pieces.
struct KeyDecoder: Sendable {
  private var pending: [UInt8] = []

  /// Sequences behind the escape byte, as xterm and the Linux console send them.
  private static let sequences: [String: WatchKey] = [
    "[A": .up, "OA": .up, "[B": .down, "OB": .down, "[C": .nextFormation, "OC": .nextFormation,
    "[D": .previousFormation, "OD": .previousFormation, "[5~": .pageUp, "[6~": .pageDown,
    "[H": .home, "OH": .home, "[1~": .home, "[7~": .home, "[F": .end, "OF": .end, "[4~": .end,
    "[8~": .end, "[Z": .previousFormation,
  ]

  private static let plain: [UInt8: WatchKey] = [
    UInt8(ascii: "q"): .quit, UInt8(ascii: "Q"): .quit, 3: .quit, UInt8(ascii: "k"): .up,
    UInt8(ascii: "j"): .down, UInt8(ascii: "n"): .nextFormation, 9: .nextFormation,
    UInt8(ascii: "p"): .previousFormation, UInt8(ascii: "?"): .keys, UInt8(ascii: "h"): .keys,
    12: .redraw,
  ]

  /// The keys that are complete with these bytes; what means nothing is passed over.
  mutating func feed(_ bytes: [UInt8]) -> [WatchKey] {
    var keys: [WatchKey] = []
    for byte in bytes {
      if pending.isEmpty {
        if byte == 0x1B { pending = [byte] } else if let key = Self.plain[byte] { keys.append(key) }
        continue
      }
      pending.append(byte)
      if pending.count == 2 {
        // An escape that began nothing: the byte stands for itself.
        if byte != UInt8(ascii: "["), byte != UInt8(ascii: "O") {
          pending = []
          keys += feed([byte])
        }
      } else if (0x40...0x7E).contains(byte) {
        if let key = Self.sequences[String(decoding: pending.dropFirst(), as: UTF8.self)] {
          keys.append(key)
        }
        pending = []
      }
    }
    return keys
  }
}
