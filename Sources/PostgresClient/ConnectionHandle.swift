internal import CLibPQ

/// The one owner of a `PGconn`: when it goes, the connection is closed and its memory freed.
struct ConnectionHandle: ~Copyable {
  let pointer: OpaquePointer

  /// Takes ownership of a connection that libpq has just made.
  init(owning pointer: OpaquePointer) { self.pointer = pointer }

  deinit { PQfinish(pointer) }
}
