/// The best different allocations that a search has met, a few at most.
struct AnswerPool {
  private(set) var answers: [(points: Int64, choices: [Int32])] = []

  static let size = 30

  /// Takes an allocation in unless it is known or worse than all of a full pool.
  mutating func add(_ choices: [Int32], points: Int64) {
    guard !answers.contains(where: { $0.points == points && $0.choices == choices }) else { return }
    defer { checkInvariants() }
    answers.append((points, choices))
    guard answers.count > AnswerPool.size else { return }
    let worst = answers.indices.min { answers[$0].points < answers[$1].points }
    if let worst { answers.remove(at: worst) }
  }
}
