internal import CLibPQ
internal import Synchronization

/// Reads COPY data as it is asked for; what is not asked for stays with the server.
final class CopySource: Sendable {
  private let wire: Wire
  private let statement: String
  private let site: CallSite
  private let isFinished = Atomic(false)

  init(wire: Wire, statement: String, site: CallSite) {
    self.wire = wire
    self.statement = statement
    self.site = site
  }

  /// One row's bytes, `nil` when the COPY has ended well.
  func next() async throws -> [UInt8]? {
    while !isFinished.load(ordering: .relaxed) {
      switch wire.withPG({ CopyPiece(from: $0) }) ?? .failed {
      case .row(let bytes): return bytes
      case .notYet:
        try Task.checkCancellation()
        await wire.run(CopyDataExchange()) { [wire] in wire.requestCancel() }
      case .ended, .failed:
        isFinished.store(true, ordering: .relaxed)
        try await finish()
      }
    }
    return nil
  }

  private func finish() async throws {
    let exchange = StatementExchange.remainder()
    await wire.run(exchange)
    guard let result = exchange.result, result.isError else { return }
    let error = PostgresError(result: result, statement: statement, callSite: site)
    if error.sqlState == "57014", Task.isCancelled { throw CancellationError() }
    throw error
  }

  /// Cancels what is left and reads it away.
  func finishEarly() async {
    guard !isFinished.exchange(true, ordering: .relaxed) else { return }
    wire.requestCancel(evenAtRest: true)
    await wire.run(DiscardExchange())
    await wire.settleCancel()
  }
}
