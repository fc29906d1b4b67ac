/// Counts elementary steps and says when to stop.
///
/// A step is about what one instruction on four members costs. Limits in steps end a search at the
/// same point on every machine; the caller's stop is asked once in a while and is a labelled end.
struct StepMeter {
  private(set) var done: Int64 = 0
  private(set) var wasStopped = false
  let limit: Int64
  private let shouldStop: (@Sendable () -> Bool)?
  private var nextQuestion: Int64 = 0

  private static let stepsBetweenQuestions: Int64 = 2_000_000

  init(limit: Int64, shouldStop: (@Sendable () -> Bool)?) {
    self.limit = limit
    self.shouldStop = shouldStop
  }

  /// Whether the search must end.
  var isOver: Bool { wasStopped || done >= limit }

  mutating func spend(_ steps: Int) {
    done += Int64(steps)
    guard let shouldStop, !wasStopped, done >= nextQuestion else { return }
    nextQuestion = done + StepMeter.stepsBetweenQuestions
    wasStopped = shouldStop()
  }
}
