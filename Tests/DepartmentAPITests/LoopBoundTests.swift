import NIOCore
import NIOPosix
import Testing

@testable import DepartmentAPI

@Suite("Calls on their connection's thread")
struct LoopBoundTests {
  @Test("A task and what it waits for stay on the loop's thread")
  func staysThere() async throws {
    let loop = MultiThreadedEventLoopGroup.singleton.next()
    let stayed = await Task(executorPreference: LoopExecutor(loop)) {
      var stayed = [loop.inEventLoop]
      await Task.yield()
      stayed.append(loop.inEventLoop)
      async let child = loop.inEventLoop
      stayed.append(await child)
      try? await Task.sleep(for: .milliseconds(1))
      stayed.append(loop.inEventLoop)
      return stayed
    }.value
    #expect(stayed == [true, true, true, true])
  }

  @Test("What is not brief leaves the thread, and comes back to it")
  func leaves() async throws {
    let loop = MultiThreadedEventLoopGroup.singleton.next()
    let places = await Task(executorPreference: LoopExecutor(loop)) {
      let away = await withTaskExecutorPreference(globalConcurrentExecutor) { loop.inEventLoop }
      return [away, loop.inEventLoop]
    }.value
    #expect(places == [false, true])
  }

  @Test("Brief are the reading and the creating of one row, and nothing that computes")
  func brief() async throws {
    try await Harness.with { harness in
      let brief = Set(
        harness.responder.table.routes.map(\.operation).filter(\.isBrief).map(\.id))
      let rows = try Resource.all().flatMap { [$0.reading.id, $0.creation.id] }
      #expect(brief == Set(rows + ["health"]))
    }
  }
}
