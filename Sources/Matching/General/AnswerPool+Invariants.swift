extension AnswerPool {
  /// Checks that the pool is not too large and holds nothing twice; does nothing in release builds.
  func checkInvariants() {
    assert(answers.count <= AnswerPool.size, "the pool is too large")
    assert(
      answers.indices.allSatisfy { index in
        answers[..<index].allSatisfy { $0.choices != answers[index].choices }
      }, "the pool holds an answer twice")
  }
}
