import PostgresClient
import Testing

@Suite struct RowTests {
  let row = Row(columns: ["name", "port", "up", "gone"], values: ["n1", "6010", "t", nil])

  @Test func valuesAreFoundByNameAndPlace() {
    #expect(row["port"] == "6010")
    #expect(row[0] == "n1")
    #expect(row["gone"] == nil)
    #expect(row[7] == nil)
    #expect(row["nothing"] == nil)
  }

  @Test func typedValuesAreChecked() throws {
    #expect(try row.text("name") == "n1")
    #expect(try row.integer("port") == 6010)
    #expect(try row.boolean("up"))
    let wrong: [() throws -> Void] = [
      { _ = try row.text("gone") }, { _ = try row.text("nothing") },
      { _ = try row.integer("name") }, { _ = try row.boolean("port") },
    ]
    for attempt in wrong {
      let error = #expect(throws: PostgresError.self) { try attempt() }
      #expect(error?.code == .unexpectedResult)
    }
  }
}
