extension Duration {
  var inMilliseconds: Int64 {
    components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
  }

  /// For people: `1.8 s`.
  var inSeconds: String {
    let tenths = (inMilliseconds + 50) / 100
    return "\(tenths / 10).\(tenths % 10) s"
  }
}
