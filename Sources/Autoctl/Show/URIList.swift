internal import MonitorClient

/// What `show uri` answers: all connection strings, or the one that was asked for.
enum URIList: Displayable, Equatable {
  case all([NamedURI])
  case one(NamedURI)

  var text: String {
    switch self {
    case .one(let uri): uri.uri + "\n"
    case .all(let uris):
      Table(
        columns: [.init("Type"), .init("Name"), .init("Connection String", startsLeft: true)],
        rows: uris.map { [$0.type, $0.name, $0.uri] }
      ).rendered
    }
  }

  var json: JSONValue {
    switch self {
    case .one(let uri): Self.json(uri)
    case .all(let uris): .array(uris.map(Self.json))
    }
  }

  private static func json(_ uri: NamedURI) -> JSONValue {
    .object([
      .init("uri", .text(uri.uri)), .init("name", .text(uri.name)), .init("type", .text(uri.type)),
    ])
  }
}
