internal import CLibPQ

/// Sends one command and collects its results until libpq has no more.
///
/// Stops early where the server switches to COPY: the copy then goes on with exchanges of its own.
final class StatementExchange: Exchange, @unchecked Sendable {
  // Unchecked: touched under the wire's lock while under way, by its one owner afterwards.
  private let send: ((OpaquePointer) -> Int32)?
  /// The last result, or the first that is an error.
  private(set) var result: ResultBox?
  private(set) var sent = false

  /// - Parameter send: one of libpq's `PQsend…` calls; its result is 1 for success.
  init(send: @escaping (OpaquePointer) -> Int32) {
    self.send = send
  }

  private init() {
    send = nil
  }

  /// Sends nothing and collects the results of what is under way already.
  static func remainder() -> StatementExchange {
    StatementExchange()
  }

  func begin(_ pg: OpaquePointer) -> Progress {
    guard let send else { return collect(pg) }
    // In the middle of a COPY the server may have said something that nobody has read yet; or all it will
    // ever say, an error and the end, has been read while data waited to be sent.
    let isAtRest = PQtransactionStatus(pg) != PQTRANS_ACTIVE
    sent = send(pg) == 1
    guard sent else { return .finished }
    return isAtRest ? .afterSending(pg) : collect(pg)
  }

  func advance(_ pg: OpaquePointer) -> Progress {
    // A failure to read shows as an error result below.
    PQconsumeInput(pg)
    return collect(pg)
  }

  private func collect(_ pg: OpaquePointer) -> Progress {
    while PQisBusy(pg) == 0 {
      guard let next = PQgetResult(pg) else { return .finished }
      let box = ResultBox(next)
      if result?.isError != true { result = box }
      if box.startsCopy { return .finished }
    }
    return .afterFlushing(pg)
  }
}
