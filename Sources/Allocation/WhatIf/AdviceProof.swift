/// Looks for the least step that wins, from an estimate, down to neighbours of which one wins and the
/// other does not.
///
/// The estimate is tried first, and then its neighbour. Where they do not settle it, steps grow away
/// from the estimate until the answer turns, and bisection closes in. Where a step that wins never loses by
/// growing, the neighbours prove the least step; elsewhere they prove that one step less does not win.
///
/// Complexity: O(log steps) trials, at most ``trials``.
struct AdviceProof<Award> {
  /// More than any ladder of steps needs that fits 64 bits.
  static var trials: Int { 128 }

  /// The least step that was tried and wins, with what it wins.
  private(set) var winning: (step: Int64, award: Award)?
  /// The largest step below it that is known not to win: 0 at least.
  private(set) var losing: Int64 = 0
  private let trial: (Int64) throws -> Award?
  private var left = Self.trials

  /// - Parameters:
  ///   - steps: the last step there is.
  ///   - estimate: the step to begin with, from 1.
  ///   - trial: what a step wins, if anything.
  init(
    _ steps: Int64, from estimate: Int64, _ trial: @escaping (Int64) throws -> Award?
  ) throws {
    self.trial = trial
    let estimate = min(max(1, estimate), max(1, steps))
    guard steps > 0 else { return }
    if try wins(estimate) {
      try descend(from: estimate)
    } else {
      try climb(from: estimate, to: steps)
    }
    while let (step, _) = winning, step - losing > 1, left > 0 {
      _ = try wins(losing + (step - losing) / 2)
    }
  }

  private mutating func wins(_ step: Int64) throws -> Bool {
    left -= 1
    guard let award = try trial(step) else {
      losing = max(losing, step)
      return false
    }
    winning = (step, award)
    return true
  }

  /// Down from a step that wins to one that does not.
  private mutating func descend(from start: Int64) throws {
    var (step, stride) = (start, Int64(1))
    while left > 0, step > 1 {
      step = max(1, start - stride)
      guard try wins(step) else { return }
      stride *= 8
    }
  }

  /// Up from a step that does not win to one that does.
  private mutating func climb(from start: Int64, to steps: Int64) throws {
    var (step, stride) = (start, max(1, start / 64))
    while left > 0, step < steps {
      step = min(steps, step + stride)
      if try wins(step) { return }
      stride *= 4
    }
  }
}
