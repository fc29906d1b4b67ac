internal import Postgres

/// Lets so many tests in at a time, in the order in which they came.
///
/// A runner that starts every test at once makes each of them slow rather than the run fast: a
/// pool's deadlines pass while a test waits for its share of the cores.
final class Turnstile: Sendable {
  private struct State {
    var free: Int
    var waiting: [CheckedContinuation<Void, Never>] = []
  }

  @TaskLocal private static var isInside = false
  private let state: Guarded<State>

  init(places: Int) { state = Guarded(State(free: places)) }

  /// Runs `body` when there is a place; at once for who is inside already, who would wait for itself.
  func pass<R>(
    on isolation: isolated (any Actor)? = #isolation, _ body: () async throws -> R
  ) async rethrows -> R {
    if Self.isInside { return try await body() }
    await enter()
    defer { leave() }
    return try await Self.$isInside.withValue(true, operation: body)
  }

  private func enter() async {
    await withCheckedContinuation { continuation in
      let enters = state.withLock { state in
        guard state.free == 0 else {
          state.free -= 1
          return true
        }
        state.waiting.append(continuation)
        return false
      }
      if enters { continuation.resume() }
    }
  }

  private func leave() {
    let next = state.withLock { state -> CheckedContinuation<Void, Never>? in
      guard !state.waiting.isEmpty else {
        state.free += 1
        return nil
      }
      return state.waiting.removeFirst()
    }
    next?.resume()
  }
}
