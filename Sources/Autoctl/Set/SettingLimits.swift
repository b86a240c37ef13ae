internal import ArgumentParser

/// What a setting can be, before anybody is asked.
enum SettingLimits {
  static func requirePriority(_ priority: Int, _ word: String) throws {
    guard (0...100).contains(priority) else {
      throw ValidationError(
        "\(word) \(priority) is not possible: write a number from 0 to 100; 0 never takes over.")
    }
  }

  static func requireNumber(_ number: Int, _ word: String) throws {
    guard number >= 0 else {
      throw ValidationError("\(word) \(number) is not possible: write 0 or a positive number.")
    }
  }
}
