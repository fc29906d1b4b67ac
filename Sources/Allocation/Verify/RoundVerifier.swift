/// Recomputes a stored round: objective, feasibility and bound. A pure function of the stored rows
/// that shares no code with the engine (design §1: nobody need trust the program).
///
/// The certificate is in `RoundVerifier+Certificate.swift`, stability in `RoundVerifier+Stability.swift`.
struct RoundVerifier {
  /// One difference between what is stored and what is true.
  struct Fault: Error, Hashable, Sendable {
    let what: String
    let detail: String
  }

  struct Key: Hashable {
    let request: Int
    let option: Int
  }

  let round: StoredRound
  let usesByOption: [Key: [StoredRound.Use]]
  let optionByKey: [Key: StoredRound.Option]
  let rowByNumber: [Int: StoredRound.Row]

  init(_ round: StoredRound) {
    self.round = round
    usesByOption = Dictionary(grouping: round.uses) { Key(request: $0.request, option: $0.option) }
    optionByKey = Dictionary(
      round.options.map { (Key(request: $0.request, option: $0.option), $0) },
      uniquingKeysWith: { first, _ in first })
    rowByNumber = Dictionary(
      round.rows.map { ($0.number, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// Everything that is wrong; empty for an honest round.
  ///
  /// - Complexity: linear in what the round stored; with kept rows, see ``PackingRecount``.
  func faults() -> [Fault] {
    let magnitudes = magnitudeFaults()
    guard magnitudes.isEmpty else { return digestFaults() + magnitudes }
    return digestFaults() + countFaults() + lotteryFaults() + referenceFaults()
      + feasibilityFaults()
      + objectiveFaults() + certificateFaults() + stabilityFaults() + offerFaults()
  }

  private func digestFaults() -> [Fault] {
    guard round.header.contentDigest != round.header.recomputedDigest else { return [] }
    return [Fault(what: "content_digest", detail: "the stored rows are not those of the round")]
  }

  private func countFaults() -> [Fault] {
    let header = round.header
    let found = [
      round.requests.count, round.options.count, round.requests.count { $0.chosen != nil },
    ]
    let stored = [header.requests, header.options, header.assigned]
    return found == stored
      ? [] : [Fault(what: "counts", detail: "stored \(stored), found \(found)")]
  }

  private func lotteryFaults() -> [Fault] {
    round.requests.compactMap { request in
      guard request.drawn != request.lottery else { return nil }
      return Fault(
        what: "lottery",
        detail: "\(request.request): stored \(request.lottery), is \(request.drawn)")
    }
  }

  private func referenceFaults() -> [Fault] {
    let choices = round.requests.compactMap { request -> Fault? in
      guard let chosen = request.chosen else { return nil }
      guard optionByKey[Key(request: request.number, option: chosen)] == nil else { return nil }
      return Fault(what: "unknown_choice", detail: "\(request.request) chose option \(chosen)")
    }
    let uses = round.uses.compactMap { use -> Fault? in
      let isKnown =
        optionByKey[Key(request: use.request, option: use.option)] != nil
        && rowByNumber[use.row] != nil
      guard !isKnown || use.amount <= 0 else { return nil }
      return Fault(
        what: "unknown_use", detail: "(\(use.request), \(use.option), \(use.row)) × \(use.amount)")
    }
    return choices + uses
  }

  /// How much of each row the chosen options use.
  private var used: [Int: Int128] {
    var used: [Int: Int128] = [:]
    for request in round.requests {
      guard let chosen = request.chosen else { continue }
      for use in usesByOption[Key(request: request.number, option: chosen)] ?? [] {
        used[use.row, default: 0] += Int128(use.amount)
      }
    }
    return used
  }

  private func feasibilityFaults() -> [Fault] {
    let used = used
    return round.rows.compactMap { row in
      let amount = used[row.number] ?? 0
      guard amount > Int128(row.upper) else { return nil }
      return Fault(what: "over_capacity", detail: "\(row.name): \(amount) of \(row.upper)")
    }
  }

  private func objectiveFaults() -> [Fault] {
    let used = used
    let scores = round.requests.reduce(Int128(0)) { sum, request in
      guard let chosen = request.chosen else { return sum }
      return sum + Int128(optionByKey[Key(request: request.number, option: chosen)]?.score ?? 0)
    }
    let penalties = round.rows.reduce(Int128(0)) { sum, row in
      sum + Int128(row.penalty) * max(0, Int128(row.lower) - (used[row.number] ?? 0))
    }
    let objective = scores - penalties
    guard objective != Int128(round.header.objective) else { return [] }
    return [
      Fault(what: "objective", detail: "stored \(round.header.objective), is \(objective)")
    ]
  }

  private func offerFaults() -> [Fault] {
    guard round.header.kind == "nightly" else { return [] }
    let chosen = round.requests.compactMap { request -> String? in
      guard let choice = request.chosen,
        let option = optionByKey[Key(request: request.number, option: choice)]
      else { return nil }
      return "\(request.request) → \(option.resource) (\(option.score))"
    }
    let offered = round.offers.map { "\($0.request) → \($0.resource) (\($0.score))" }
    return Set(chosen).symmetricDifference(offered).sorted().map {
      Fault(what: "offer", detail: "choices and offers differ at \($0)")
    }
  }
}
