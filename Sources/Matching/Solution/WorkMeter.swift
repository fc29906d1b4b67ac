/// Counts elementary steps, so that a search ends at the same place on every machine, and asks the
/// caller now and then whether to stop.
package final class WorkMeter {
  private(set) var spent: Int64 = 0
  private let limit: Int64
  private let shouldStop: (@Sendable () -> Bool)?
  private var nextQuestion: Int64 = 0
  private(set) var isStopped = false
  /// Steps without progress after which a search ends, as a share of those before; see ``isOver``.
  private var patience: Patience?
  private var progress: Int64 = 0

  /// How long a search that finds nothing better goes on.
  package struct Patience {
    /// The least steps altogether.
    let least: Int64
    /// Steps altogether for each step up to the last progress.
    let factor: Double
  }

  /// Steps between two questions: about a millisecond's work.
  private static let interval: Int64 = 200_000

  /// By default there is no limit.
  ///
  /// - Parameter patience: `nil` to go on up to the limit.
  package init(
    limit: Int64 = .max, patience: Patience? = nil, shouldStop: (@Sendable () -> Bool)? = nil
  ) {
    self.limit = limit
    self.patience = patience
    self.shouldStop = shouldStop
  }

  /// Whether the search has to end.
  var isOver: Bool { isStopped || spent >= limit || isIdle }

  private var isIdle: Bool {
    guard let patience else { return false }
    return spent >= patience.least && Double(spent) >= patience.factor * Double(progress)
  }

  /// Notes that something better was found just now.
  func noteProgress() { progress = spent }

  /// Waits longer for something better than was meant at first.
  func wait(times factor: Int64) {
    guard let patience else { return }
    self.patience = Patience(least: patience.least * factor, factor: patience.factor)
  }

  /// The steps left.
  var remaining: Int64 { max(0, limit - spent) }

  /// Notes steps done.
  func spend(_ steps: Int) {
    spent &+= Int64(steps)
    guard let shouldStop, spent >= nextQuestion, !isStopped else { return }
    nextQuestion = spent + WorkMeter.interval
    isStopped = shouldStop()
  }

  /// A meter for one of `count` pieces of work that share what is left here.
  func share(among count: Int) -> WorkMeter {
    WorkMeter(limit: max(1, remaining / Int64(count)), shouldStop: shouldStop)
  }

  /// A meter for a piece of work that may spend so much of what is left here.
  func share(atMost limit: Int64) -> WorkMeter {
    WorkMeter(limit: min(limit, remaining), shouldStop: shouldStop)
  }

  /// Notes what a piece of work has spent, and whether it was stopped.
  func absorb(_ piece: WorkMeter) {
    isStopped = isStopped || piece.isStopped
    // A piece that did nothing counts too, so that a search of nothing else ends.
    spend(Int(piece.spent) + 1)
  }

  /// The limits that the options name.
  convenience init(_ options: SolveOptions) {
    self.init(limit: options.workLimit ?? .max, shouldStop: options.shouldStop)
  }

  /// How the search ended, if it ended now.
  var ending: Ending { isStopped ? .stopped : isOver ? .workLimit : .complete }
}
