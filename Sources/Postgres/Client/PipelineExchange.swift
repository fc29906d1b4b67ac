internal import CLibPQ

/// Sends several commands at once, ended by one synchronisation, and collects the result of each.
///
/// The server answers all of them in one go. After the first that fails it skips the others, whose
/// results are `PGRES_PIPELINE_ABORTED` then. The connection is outside libpq's pipeline mode before
/// and afterwards.
final class PipelineExchange: Exchange, @unchecked Sendable {
  // Unchecked: touched under the wire's lock while under way, by its one owner afterwards.
  private let commands: [Command]
  /// The last result of each command answered so far, and then the error of a commit that failed.
  private(set) var results: [ResultBox] = []
  private(set) var sent = false
  /// Whether the server has come to the end of all.
  private(set) var isSynchronised = false
  /// Whether the next result is the first of its command.
  private var isNew = true

  init(_ commands: [Command]) {
    self.commands = commands
  }

  func begin(_ pg: OpaquePointer) -> Progress {
    guard PQenterPipelineMode(pg) == 1 else { return .finished }
    sent = commands.allSatisfy { $0.send(pg) == 1 }
    // Also after a command that libpq would not take: what went before it has to be answered.
    guard PQpipelineSync(pg) == 1 else { return .finished }
    return .afterSending(pg)
  }

  func advance(_ pg: OpaquePointer) -> Progress {
    // A failure to read shows as an error result below.
    PQconsumeInput(pg)
    while PQisBusy(pg) == 0 {
      guard let next = PQgetResult(pg) else {
        // The end of one command's results; or of all, where the connection broke.
        guard PQstatus(pg) == CONNECTION_OK else { return .finished }
        isNew = true
        continue
      }
      let box = ResultBox(next)
      if box.status == PGRES_PIPELINE_SYNC {
        isSynchronised = PQexitPipelineMode(pg) == 1
        return .finished
      }
      if !isNew { results.removeLast() }
      results.append(box)
      isNew = false
      // Nobody copies here. The connection stays in the middle of it, and its pool lets go of it.
      if box.startsCopy { return .finished }
    }
    return .afterFlushing(pg)
  }
}

/// One thing for libpq to send, and the statement it is for.
struct Command {
  let text: String
  /// One of libpq's `PQsend…` calls; its result is 1 for success.
  let send: (OpaquePointer) -> Int32
}
