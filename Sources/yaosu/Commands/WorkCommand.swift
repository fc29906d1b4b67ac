import Allocation
import ArgumentParser
import Foundation
import Logging
import ServiceLifecycle
import Synchronization
import UnixSignals

struct WorkCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "work",
    abstract: "Compute queued rounds until stopped.",
    discussion: """
      POST /v1/rounds queues them. Any number of workers on any number of machines share the queue; \
      the round of one that is killed is taken up again by another after --lease seconds. SIGTERM \
      and SIGINT end it after the round in hand.
      """)

  @Flag(help: "Stop when nothing is queued any more.")
  var untilEmpty = false

  @Option(help: "Seconds without a sign of life after which another worker takes a round over.")
  var lease = 30.0

  @OptionGroup var database: DatabaseOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard (0.1...3600).contains(lease) else {
      throw ValidationError("--lease must be from 0.1 to 3600 seconds.")
    }
  }

  func run() async throws {
    let (untilEmpty, lease, tellsRounds) = (untilEmpty, Duration.seconds(lease), !output.json)
    let tally = try await database.withDatabase(onSignal: .leaveAlone) { database in
      try await database.requireSchema()
      let shared = Shared()
      let service = Work(
        worker: RoundWorker(pool: database.pool, name: Self.workerName, lease: lease),
        untilEmpty: untilEmpty
      ) { finding in
        shared.tally.withLock { $0.count(finding) }
        if tellsRounds { print(Tally.line(finding)) }
      }
      try await ServiceGroup(
        configuration: .init(
          services: [
            .init(service: service, successTerminationBehavior: .gracefullyShutdownGroup)
          ],
          gracefulShutdownSignals: [.sigterm, .sigint], logger: Logger(label: "yaosu"))
      ).run()
      return shared.tally.withLock { $0 }
    }
    try output.show(tally) {
      ["\(tally.done) done, \(tally.failed) failed, \(tally.putBack) put back"]
    }
  }

  private static var workerName: String {
    let process = ProcessInfo.processInfo
    return "\(process.hostName)/\(process.processIdentifier)/\(UInt32.random(in: 0 ... .max))"
  }
}

/// What a worker has done, as one JSON object.
private struct Tally: Encodable, Sendable {
  var done = 0
  var failed = 0
  var putBack = 0

  mutating func count(_ finding: RoundWorker.Finding) {
    switch finding.result {
    case .success: done += 1
    case .failure where finding.isPutBack: putBack += 1
    case .failure: failed += 1
    }
  }

  static func line(_ finding: RoundWorker.Finding) -> String {
    switch finding.result {
    case .success(let outcome): NightReport.line(outcome)
    case .failure(let error):
      "queued round \(finding.queuedID)  \(finding.scope.mechanism.rawValue) "
        + "\(finding.scope.jurisdiction) \(finding.scope.businessDate): \(error)"
        + (finding.isPutBack ? " (will be tried again)" : "")
    }
  }
}

private final class Shared: Sendable {
  let tally = Mutex(Tally())
}

/// The worker as a service that ends in good order.
private struct Work: Service {
  let worker: RoundWorker
  let untilEmpty: Bool
  let report: @Sendable (RoundWorker.Finding) -> Void

  func run() async throws {
    try await withGracefulShutdownHandler {
      if untilEmpty {
        try await worker.drain(report: report)
      } else {
        try await worker.run(report: report)
      }
    } onGracefulShutdown: {
      worker.stop()
    }
  }
}
