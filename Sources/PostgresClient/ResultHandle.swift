internal import CLibPQ

/// The one owner of a `PGresult`: when it goes, the memory is freed.
struct ResultHandle: ~Copyable {
  let pointer: OpaquePointer

  /// Takes ownership of a result that libpq has just handed out.
  init(owning pointer: OpaquePointer) { self.pointer = pointer }

  deinit { PQclear(pointer) }

  var status: ExecStatusType { PQresultStatus(pointer) }

  /// Copies the rows out; they outlive the result.
  func rows() -> [Row] {
    let columns = (0..<PQnfields(pointer)).map { String(cString: PQfname(pointer, $0)) }
    return (0..<PQntuples(pointer)).map { row in
      Row(
        columns: columns,
        values: columns.indices.map { column in
          let column = Int32(column)
          guard PQgetisnull(pointer, row, column) == 0 else { return nil }
          return String(cString: PQgetvalue(pointer, row, column))
        })
    }
  }

  /// The error that this result reports; `statement` is what was asked.
  func error(for statement: String) -> PostgresError {
    let message =
      Self.field(Diagnostic.message, of: pointer)
      ?? String(cString: PQresultErrorMessage(pointer)).trimmed
    return PostgresError(
      code: .queryFailed,
      message: message.isEmpty ? "The server reported an error without a message." : message,
      sqlState: Self.field(Diagnostic.sqlState, of: pointer),
      detail: Self.field(Diagnostic.detail, of: pointer),
      hint: Self.field(Diagnostic.hint, of: pointer), statement: statement)
  }

  /// A field of an error or notice, `nil` when it has none.
  static func field(_ code: Int32, of result: OpaquePointer) -> String? {
    PQresultErrorField(result, code).map { String(cString: $0) }
  }
}

/// The codes that libpq gives to the fields of an error (`PG_DIAG_…`).
enum Diagnostic {
  static let severity = Int32(UInt8(ascii: "S"))
  static let sqlState = Int32(UInt8(ascii: "C"))
  static let message = Int32(UInt8(ascii: "M"))
  static let detail = Int32(UInt8(ascii: "D"))
  static let hint = Int32(UInt8(ascii: "H"))
}
