/// The name that was probably meant.
enum NearestName {
  /// The one that takes the fewest changes, if they are few for its length.
  static func of(_ word: String, among names: [String]) -> String? {
    let ranked = names.map { (name: $0, changes: changes(from: word, to: $0)) }
    guard let best = ranked.min(by: { $0.changes < $1.changes }),
      best.changes <= max(2, word.count / 3)
    else { return nil }
    return best.name
  }

  /// How many letters must be inserted, left out, replaced or swapped with their neighbour.
  private static func changes(from left: String, to right: String) -> Int {
    let from = Array(left)
    let to = Array(right)
    var beforeLast: [Int] = []
    var last = Array(0...to.count)
    for row in from.indices {
      var current = [row + 1]
      for column in to.indices {
        let replaced = last[column] + (from[row] == to[column] ? 0 : 1)
        var best = min(replaced, last[column + 1] + 1, current[column] + 1)
        if row > 0, column > 0, from[row] == to[column - 1], from[row - 1] == to[column] {
          best = min(best, beforeLast[column - 1] + 1)
        }
        current.append(best)
      }
      beforeLast = last
      last = current
    }
    return last[to.count]
  }
}
