/// The value of one setting: bare for people and scripts, with its name for programs.
struct SettingAnswer: Displayable, Equatable {
  var setting: String
  var value: JSONValue
  /// Of which node it is.
  var node: String?
  /// What programs read beside it.
  var others: [JSONValue.Member]

  init(
    _ setting: String, _ value: JSONValue, of node: String? = nil, others: [JSONValue.Member] = []
  ) {
    self.setting = setting
    self.value = value
    self.node = node
    self.others = others
  }

  var text: String { value.rendered + "\n" }

  var json: JSONValue {
    .object((node.map { [.init("name", .text($0))] } ?? []) + [.init(setting, value)] + others)
  }
}
