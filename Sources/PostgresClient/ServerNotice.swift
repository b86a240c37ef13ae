internal import CLibPQ

/// A notice or warning that the server sent beside its answers.
public struct ServerNotice: Sendable, Equatable {
  /// NOTICE, WARNING, INFO …, in the server's language.
  public var severity: String
  public var sqlState: String?
  public var message: String
  public var detail: String?
  public var hint: String?
}

/// What is done with notices; it is called on the connection's own queue and must return soon.
public typealias NoticeHandler = @Sendable (ServerNotice) -> Void

/// Keeps a handler where libpq, which knows only pointers, can find it.
final class NoticeReceiver: Sendable {
  private let handler: NoticeHandler?

  init(_ handler: NoticeHandler?) { self.handler = handler }

  /// Makes libpq call this receiver, which must live as long as the connection. Without a handler
  /// the notices are dropped; libpq by itself would print them to standard error.
  func attach(to connection: OpaquePointer) {
    PQsetNoticeReceiver(
      connection,
      { receiver, result in
        guard let receiver, let result else { return }
        Unmanaged<NoticeReceiver>.fromOpaque(receiver).takeUnretainedValue().receive(result)
      }, Unmanaged.passUnretained(self).toOpaque())
  }

  private func receive(_ result: OpaquePointer) {
    guard let handler else { return }
    handler(
      ServerNotice(
        severity: ResultHandle.field(Diagnostic.severity, of: result) ?? "NOTICE",
        sqlState: ResultHandle.field(Diagnostic.sqlState, of: result),
        message: ResultHandle.field(Diagnostic.message, of: result) ?? "",
        detail: ResultHandle.field(Diagnostic.detail, of: result),
        hint: ResultHandle.field(Diagnostic.hint, of: result)))
  }
}
