extension String {
  /// The text with a sign in place of each character that commands a terminal rather than being shown:
  /// names, hosts and sentences come from other hosts. `keeping` are those that stay.
  func plain(keeping kept: Set<Unicode.Scalar> = []) -> String {
    guard unicodeScalars.contains(where: { Self.commands($0) && !kept.contains($0) }) else {
      return self
    }
    var result = ""
    for scalar in unicodeScalars {
      result.unicodeScalars.append(
        Self.commands(scalar) && !kept.contains(scalar) ? "\u{FFFD}" : scalar)
    }
    return result
  }

  private static func commands(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.generalCategory == .control
  }
}
