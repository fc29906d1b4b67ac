internal import CLibPQ

/// One conversation with the server: send something, then read until there is nothing to wait for.
///
/// Both steps run under the wire's lock and never block: `begin` on the caller's thread, `advance`
/// on the reactor's whenever the socket is ready.
protocol Exchange: AnyObject, Sendable {
  func begin(_ pg: OpaquePointer) -> Progress
  func advance(_ pg: OpaquePointer) -> Progress
}

enum Progress: Equatable {
  case finished
  /// All is sent and nothing of the answer read: its arrival will be an event of its own.
  case sent
  case waiting(Interest)
}

extension Progress {
  /// Pushes out what libpq still holds, and waits for the socket accordingly.
  static func afterFlushing(_ pg: OpaquePointer) -> Progress {
    switch PQflush(pg) {
    case 1: .waiting([.read, .write])
    default: .waiting(.read)
    }
  }

  /// The same for a question of which no answer can have been read.
  static func afterSending(_ pg: OpaquePointer) -> Progress {
    PQflush(pg) == 1 ? .waiting([.read, .write]) : .sent
  }
}
