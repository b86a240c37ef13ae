import Glibc

/// What libFuzzer calls with each input. It brings its own `main`; the variable PARSER chooses which
/// parser is fed.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  chosen.take(Array(UnsafeBufferPointer(start: start, count: count)))
  return 0
}

/// A parser under test. It is given anything, and what it makes of that is checked.
struct Target: Sendable {
  var name: String
  var take: @Sendable ([UInt8]) -> Void

  /// A parser of bytes.
  init(_ name: String, bytes take: @escaping @Sendable ([UInt8]) -> Void) {
    self.name = name
    self.take = take
  }

  /// A parser of text. Files and answers are made texts like this.
  init(_ name: String, _ take: @escaping @Sendable (String) -> Void) {
    self.init(name) { bytes in take(String(decoding: bytes, as: UTF8.self)) }
  }
}

private let targets: [Target] =
  configurationTargets + keeperTargets + monitorTargets + serverTargets

private let chosen: Target = {
  let name = getenv("PARSER").map { String(cString: $0) } ?? ""
  if let target = targets.first(where: { $0.name == name }) { return target }
  print("Choose with the variable PARSER one of:", targets.map(\.name).joined(separator: " "))
  exit(2)
}()

/// What must be true of any answer. A failure ends the program, and libFuzzer keeps the input.
func require(_ isTrue: Bool, _ promise: String) {
  if !isTrue { fatalError("broken: \(promise)") }
}

/// The parts of an input that serves several parameters: what stands between zero bytes.
func parts(of text: String) -> [String] {
  text.split(separator: "\0", omittingEmptySubsequences: false).map(String.init)
}
