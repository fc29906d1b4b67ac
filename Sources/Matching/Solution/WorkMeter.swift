/// Counts elementary steps, so that a search ends at the same place on every machine, and asks the
/// caller now and then whether to stop.
package final class WorkMeter {
  private(set) var spent: Int64 = 0
  private let limit: Int64
  private let shouldStop: (@Sendable () -> Bool)?
  private var nextQuestion: Int64 = 0
  private(set) var isStopped = false

  /// Steps between two questions: about a millisecond's work.
  private static let interval: Int64 = 200_000

  /// By default there is no limit.
  package init(limit: Int64 = .max, shouldStop: (@Sendable () -> Bool)? = nil) {
    self.limit = limit
    self.shouldStop = shouldStop
  }

  /// Whether the search has to end.
  var isOver: Bool { isStopped || spent >= limit }

  /// The steps left.
  var remaining: Int64 { max(0, limit - spent) }

  /// Notes steps done.
  func spend(_ steps: Int) {
    spent &+= Int64(steps)
    guard let shouldStop, spent >= nextQuestion, !isStopped else { return }
    nextQuestion = spent + WorkMeter.interval
    isStopped = shouldStop()
  }

  /// The limits that the options name.
  convenience init(_ options: SolveOptions) {
    self.init(limit: options.workLimit ?? .max, shouldStop: options.shouldStop)
  }

  /// How the search ended, if it ended now.
  var ending: Ending { isStopped ? .stopped : spent >= limit ? .workLimit : .complete }
}
