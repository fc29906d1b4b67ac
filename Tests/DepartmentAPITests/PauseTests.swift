import NIOCore
import NIOPosix
import Testing

@testable import DepartmentAPI

@Suite("Pauses of those who wait for others to come back", .timeLimit(.minutes(1)))
struct PauseTests {
  /// How often was asked whether to wait on.
  private func asked(waitingFor turns: Int, most: Int) async -> Int {
    var count = 0
    await LoopExecutor.pause((most, .microseconds(1))) {
      count += 1
      return count <= turns
    }
    return count
  }

  @Test("As often as there is a reason to, and as is set at most", arguments: [false, true])
  func often(isOnLoop: Bool) async throws {
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let executor = isOnLoop ? LoopExecutor(group.next()) : nil
    await LoopExecutor.$current.withValue(executor) {
      #expect(await asked(waitingFor: 0, most: 5) == 1)
      #expect(await asked(waitingFor: 2, most: 5) == 3)
      #expect(await asked(waitingFor: 9, most: 5) == 5)
    }
    try await group.shutdownGracefully()
  }
}
