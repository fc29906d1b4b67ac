internal import Allocation

/// What becomes of calls that create rows together: each is undecided until it has an answer, or a
/// reason why it has none.
struct CreationBatch {
  let calls: [Call]
  /// By the calls that hold them. Where several have one key, the first one holds it.
  private let claimed: [(number: Int, claim: KeptAnswers.Claim)]
  private let drafts: [Result<RegistryDraft, any Error>]
  private(set) var results: [Result<Answer, any Error>?]

  /// - Throws: ``Problem`` for a call without a key.
  init(_ calls: [Call], drafting: (Call) throws -> RegistryDraft) throws(Problem) {
    self.calls = calls
    results = calls.map { _ in nil }
    drafts = calls.map { call in Result { try drafting(call) } }
    var seen: Set<String> = []
    var claimed: [(Int, KeptAnswers.Claim)] = []
    for (number, call) in calls.enumerated() {
      let claim = try KeptAnswers.Claim(call)
      if seen.insert(claim.key).inserted { claimed.append((number, claim)) }
    }
    self.claimed = claimed
  }

  var claims: [KeptAnswers.Claim] { claimed.map(\.claim) }

  /// The undecided calls whose bodies tell a row.
  var drafted: [(number: Int, draft: RegistryDraft)] {
    claimed.compactMap { number, _ in
      guard results[number] == nil, case .success(let draft) = drafts[number] else { return nil }
      return (number, draft)
    }
  }

  /// The answers to what was created, with the keys that they are kept for.
  var created: [(claim: KeptAnswers.Claim, answer: Answer)] {
    claimed.compactMap { number, claim in
      guard case .success(let answer)? = results[number], !answer.isReplayed else { return nil }
      return (claim, answer)
    }
  }

  /// The call with the key repeats an earlier one.
  mutating func repeats(_ key: String, _ earlier: Result<Answer, any Error>) {
    for (number, held) in claimed where held.key == key { results[number] = earlier }
  }

  /// Refuses what is written wrong.
  ///
  /// - Parameters:
  ///   - faults: of those of ``drafted``, by their numbers.
  ///   - isWritable: whether the bearer may write at all; who may not hears nothing of what is
  ///     written wrong.
  mutating func refuse(_ faults: [Int: RowFaults], isWritable: Bool) {
    for (number, _) in claimed where results[number] == nil {
      if !isWritable {
        results[number] = .failure(Problem(.forbidden))
      } else if case .failure(let error) = drafts[number] {
        results[number] = .failure(error)
      } else if let fault = faults[number] {
        results[number] = .failure(fault)
      }
    }
  }

  mutating func answer(_ number: Int, _ answer: Answer) { results[number] = .success(answer) }
}
