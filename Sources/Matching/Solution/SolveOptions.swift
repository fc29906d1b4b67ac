/// How the engine may spend its effort. None of it changes which answer is best, only how far a
/// search goes: two solves with the same options give the same answer at any number of threads,
/// unless ``shouldStop`` ended one of them.
public struct SolveOptions: Sendable {
  /// Threads to use at most, at least 1.
  public var threads: Int
  /// Elementary steps after which a search ends with the best answer so far, the same on every
  /// machine. `nil` ends it where progress has stopped; `.max` lets it go on until ``shouldStop``
  /// ends it or the answer is proved.
  public var workLimit: Int64?
  /// Asked now and then; once it answers `true`, the engine ends with the best answer so far and
  /// status `.timeLimit`. The engine has no clock of its own.
  public var shouldStop: (@Sendable () -> Bool)?
  /// Runs a body for `0 ..< count`, perhaps at the same time, and returns when all are done, as
  /// Dispatch's `concurrentPerform` does. The engine has no threads of its own: without this, or with
  /// ``threads`` 1, it works on the thread that called it.
  public var concurrentPerform: (@Sendable (_ count: Int, @Sendable (Int) -> Void) -> Void)?
  /// Whether ``Solution/entryCosts`` are wanted.
  public var wantsEntryCosts: Bool
  /// A feasible allocation to start from: for each request an option counted inside the request, or
  /// −1. A search begins there, and no answer is worse. Exact algorithms do not need it.
  public var start: [Int32]?

  public init(
    threads: Int = 1, workLimit: Int64? = nil, wantsEntryCosts: Bool = true,
    shouldStop: (@Sendable () -> Bool)? = nil
  ) {
    self.threads = max(1, threads)
    self.workLimit = workLimit
    self.wantsEntryCosts = wantsEntryCosts
    self.shouldStop = shouldStop
  }
}
