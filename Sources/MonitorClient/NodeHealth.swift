/// What the monitor's probe says of a server.
public enum NodeHealth: String, Sendable, Codable, Hashable {
  case unknown
  case bad
  case good

  /// From the number that `current_state` shows: 1 good, 0 bad, anything else unknown.
  init(number: Int) {
    switch number {
    case 1: self = .good
    case 0: self = .bad
    default: self = .unknown
    }
  }
}
