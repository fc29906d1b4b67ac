internal import CLibPQ

/// What libpq has of a COPY in the direction of the client.
enum CopyPiece: Sendable {
  case row([UInt8])
  case notYet
  case ended
  case failed

  init(from pg: OpaquePointer) {
    var start: UnsafeMutablePointer<CChar>?
    let count = PQgetCopyData(pg, &start, 1)
    switch count {
    case -1: self = .ended
    // Without a connection libpq would say "not yet" for ever.
    case 0: self = PQstatus(pg) == CONNECTION_OK ? .notYet : .failed
    case 1...:
      defer { PQfreemem(start) }
      self = .row(Array(UnsafeRawBufferPointer(start: start, count: Int(count))))
    default: self = .failed
    }
  }
}

/// Waits for the next data of a COPY and reads it into libpq's buffer.
final class CopyDataExchange: Exchange {
  func begin(_ pg: OpaquePointer) -> Progress {
    .waiting(.read)
  }

  func advance(_ pg: OpaquePointer) -> Progress {
    PQconsumeInput(pg)
    return .finished
  }
}

/// Reads away what is left of a COPY and its results.
final class DiscardExchange: Exchange {
  func begin(_ pg: OpaquePointer) -> Progress {
    discard(pg)
  }

  func advance(_ pg: OpaquePointer) -> Progress {
    PQconsumeInput(pg)
    return discard(pg)
  }

  private func discard(_ pg: OpaquePointer) -> Progress {
    var start: UnsafeMutablePointer<CChar>?
    while true {
      let count = PQgetCopyData(pg, &start, 1)
      if count < 0 { break }
      if count == 0 { return PQstatus(pg) == CONNECTION_OK ? .waiting(.read) : .finished }
      PQfreemem(start)
    }
    while PQisBusy(pg) == 0 {
      guard let result = PQgetResult(pg) else { return .finished }
      PQclear(result)
    }
    return .waiting(.read)
  }
}
