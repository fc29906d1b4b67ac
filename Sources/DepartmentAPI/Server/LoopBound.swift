internal import Foundation
internal import HummingbirdCore
internal import Logging
internal import NIOCore
internal import NIOPosix

/// Handles each connection on the thread that reads its socket.
///
/// A task on another thread costs two wake-ups a call: one when the request is handed over, one when
/// the answer comes back. Whatever is not brief has to leave the thread, see ``Operation/isBrief``.
struct LoopBound<Base: ServerChildChannel>: ServerChildChannel {
  let base: Base

  func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Base.Value> {
    base.setup(channel: channel, logger: logger)
  }

  func handle(value: Base.Value, logger: Logger) async {
    let executor = LoopExecutor(value.channel.eventLoop)
    await LoopExecutor.$current.withValue(executor) {
      await withTaskExecutorPreference(executor) {
        await base.handle(value: value, logger: logger)
      }
    }
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
}
