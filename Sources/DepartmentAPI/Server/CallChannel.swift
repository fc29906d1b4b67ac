internal import Foundation
internal import HummingbirdCore
internal import Logging
internal import NIOCore
internal import NIOPosix

/// A connection whose brief calls never reach its `base`, see ``BriefCalls``.
struct CallChannel<Base: ServerChildChannel>: ServerChildChannel {
  let base: Base
  let responder: APIResponder
  /// What the answers' `Server` says.
  let server: String

  func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Base.Value> {
    base.setup(channel: channel, logger: logger).flatMapThrowing { value in
      let pipeline = channel.pipeline.syncOperations
      let calls = BriefCalls(
        responder: responder, server: server, executor: LoopExecutor(channel.eventLoop))
      // Behind what counts requests in progress, for timeouts and for the end of the service.
      let counting = try pipeline.handler(type: HTTPConnectionStateHandler.self)
      try pipeline.addHandler(calls, position: .after(counting))
      return value
    }
  }

  func handle(value: Base.Value, logger: Logger) async {
    await base.handle(value: value, logger: logger)
  }
}

/// Threads for connections: half as many as there are processors, since a call costs the database
/// as much as it costs us.
enum ConnectionThreads {
  static let group = MultiThreadedEventLoopGroup(
    numberOfThreads: max(1, ProcessInfo.processInfo.activeProcessorCount / 2))
}

/// Runs tasks on an event loop.
final class LoopExecutor: TaskExecutor {
  /// Of the connection whose call this task works for; `nil` elsewhere.
  @TaskLocal static var current: LoopExecutor?

  private let loop: any EventLoop

  init(_ loop: any EventLoop) {
    self.loop = loop
  }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    loop.execute { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
  }

  /// Lets the loop do other work, a few times for a while each, as long as there is a reason to wait.
  /// The task need not be on a loop.
  static func pause(
    _ times: (most: Int, each: Duration), while isWorthIt: () -> Bool
  ) async {
    for _ in 0..<times.most {
      guard isWorthIt() else { return }
      guard let loop = current?.loop else {
        try? await Task.sleep(for: times.each)
        continue
      }
      await withCheckedContinuation { waiter in
        // Connections' loops live as long as the process.
        loop.scheduleTask(in: TimeAmount(times.each)) { waiter.resume() }
      }
    }
  }
}
