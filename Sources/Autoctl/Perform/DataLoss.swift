/// The word that a person gives before acknowledged commits may be lost.
enum DataLoss {
  /// Asks for the name of the formation: nobody types it by mistake.
  static func requireConsent(naming formation: String, in context: CommandContext) throws {
    guard let ask = context.asks else {
      throw CommandError(
        .badArguments, "Commits may be lost, and nobody is at a terminal to agree to it.",
        hint: "Add --yes to go on without being asked.")
    }
    let answer = ask("Type the name of the formation to go on: ") ?? ""
    guard answer.filter({ !$0.isWhitespace }) == formation else {
      throw CommandError(
        .badArguments, "\"\(answer)\" is not the name of the formation, so nothing was done.",
        hint: "To go on, give the command again and type: \(formation).")
    }
  }
}
