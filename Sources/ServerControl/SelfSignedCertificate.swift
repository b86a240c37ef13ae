/// A server certificate of our own making. It keeps a connection from being overheard; it proves
/// nothing about who answers.
struct SelfSignedCertificate {
  static let certificateName = "server.crt"
  static let keyName = "server.key"

  var directory: String
  var hostname: String
  var prefix: [String]

  /// Makes certificate and key unless both are there; the key is for its owner only.
  func ensure() async throws(ServerError) {
    let certificate = directory + "/" + Self.certificateName
    let key = directory + "/" + Self.keyName
    if DurableFiles.exists(certificate), DurableFiles.exists(key) { return }
    let aside = ".autoctl_new"
    let runner = ProgramRunner(directory: nil, prefix: prefix)
    let answer = try await runner.run(
      "openssl",
      [
        "req", "-new", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "3650", "-batch",
        "-subj", "/CN=" + hostname.filter { $0 != "/" },
        "-keyout", key + aside, "-out", certificate + aside,
      ], limit: .seconds(60))
    guard answer.succeeded else {
      throw .program(
        "openssl", said: answer.output, hint: "Install openssl, or bring your own certificate.")
    }
    // Read and written again: durable, and with the right modes from their first moment in place.
    try adopt(key + aside, as: key, mode: 0o600)
    try adopt(certificate + aside, as: certificate, mode: 0o644)
  }

  /// Forgets a certificate, such as another node's that came along with a copy of its data.
  func discard() throws(ServerError) {
    try DurableFiles.remove(directory + "/" + Self.certificateName)
    try DurableFiles.remove(directory + "/" + Self.keyName)
  }

  private func adopt(_ path: String, as place: String, mode: UInt32) throws(ServerError) {
    guard let content = try DurableFiles.read(path) else {
      throw ServerError(code: .fileSystem, message: "openssl did not write \(path).")
    }
    try DurableFiles.replace(place, with: content, mode: mode)
    try DurableFiles.remove(path)
  }
}
