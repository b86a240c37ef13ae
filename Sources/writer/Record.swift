/// A write that a server has acknowledged. Times are nanoseconds of the machine's steady clock.
struct Record: Encodable {
  let id: Int64
  let sent: Int64
  let acknowledged: Int64
  let server: String
  let timeline: Int
}
