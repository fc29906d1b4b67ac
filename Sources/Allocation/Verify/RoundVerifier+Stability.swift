extension RoundVerifier {
  /// Whether a two-sided round chose what its rule gives, and whether its stable matchings are stable.
  func stabilityFaults() -> [Fault] {
    guard !round.matchings.isEmpty || round.header.status == "stable" else { return [] }
    let chosen = round.requests.map { Int32($0.chosen ?? -1) }
    let rule = round.header.status == "stable" ? "request_optimal" : "optimal"
    var faults: [Fault] = []
    if round.matchings.first(where: { $0.name == rule })?.choices != chosen {
      faults.append(Fault(what: "matching", detail: "the choice is not the stored \(rule) one"))
    }
    for matching in round.matchings where matching.name != "optimal" {
      faults += self.faults(of: matching)
    }
    if round.header.status == "stable" {
      faults += blockingPairs(chosen).map { pair in
        Fault(what: "blocking_pair", detail: "\(pair.request) and \(pair.resource)")
      }
    }
    return faults + rankFaults()
  }

  private func rankFaults() -> [Fault] {
    round.ranks.compactMap { rank in
      optionByKey[Key(request: rank.request, option: rank.option)] == nil
        ? Fault(what: "unknown_rank", detail: "(\(rank.request), \(rank.option))") : nil
    }
  }

  private func faults(of matching: StoredRound.Matching) -> [Fault] {
    guard matching.choices.count == round.requests.count else {
      return [Fault(what: "matching", detail: "\(matching.name) has another number of requests")]
    }
    let holdings = Holdings(of: matching.choices, in: self)
    let overfull = round.rows.filter { (holdings.count[$0.number] ?? 0) > Int128($0.upper) }
    return overfull.map { Fault(what: "over_capacity", detail: "\(matching.name): \($0.name)") }
      + blockingPairs(matching.choices).map {
        Fault(what: "blocking_pair", detail: "\(matching.name): \($0.request) and \($0.resource)")
      }
  }

  /// How a side grades a pair, best first: filed ranks in order, then the rest by falling score.
  private struct Standing: Comparable {
    let isUnfiled: Bool
    let place: Int128

    init(filed: Int?, score: Int64) {
      isUnfiled = filed == nil
      place = filed.map { Int128($0) } ?? -Int128(score)
    }

    static func < (left: Standing, right: Standing) -> Bool {
      left.isUnfiled == right.isUnfiled ? left.place < right.place : right.isUnfiled
    }
  }

  /// The standing of each option in the eyes of its request and of its resource.
  private var standings: [Key: (own: Standing, theirs: Standing)] {
    let filed = Dictionary(
      round.ranks.map { (Key(request: $0.request, option: $0.option), $0) },
      uniquingKeysWith: { first, _ in first })
    return Dictionary(
      round.options.map { option in
        let key = Key(request: option.request, option: option.option)
        let ranks = filed[key]
        return (
          key,
          (
            Standing(filed: ranks?.byRequest, score: option.score),
            Standing(filed: ranks?.byResource, score: option.score)
          )
        )
      }, uniquingKeysWith: { first, _ in first })
  }

  /// What a matching puts into each row, and the last of it by the resources' own grades.
  private struct Holdings {
    private(set) var count: [Int: Int128] = [:]
    private(set) var last: [Int: Standing] = [:]

    init(of choices: [Int32], in verifier: RoundVerifier) {
      let standings = verifier.standings
      for (request, choice) in zip(verifier.round.requests, choices) where choice >= 0 {
        let key = Key(request: request.number, option: Int(choice))
        for use in verifier.usesByOption[key] ?? [] {
          count[use.row, default: 0] += Int128(use.amount)
          guard let theirs = standings[key]?.theirs else { continue }
          last[use.row] = last[use.row].map { max($0, theirs) } ?? theirs
        }
      }
    }
  }

  /// A request and a resource.
  private struct Pair {
    let request: String
    let resource: String
  }

  /// Pairs that would rather have each other: the request likes the option better than what it has,
  /// and every full row on the option's way holds something strictly worse.
  private func blockingPairs(_ choices: [Int32]) -> [Pair] {
    let standings = standings
    let holdings = Holdings(of: choices, in: self)
    let optionsByRequest = Dictionary(grouping: round.options, by: \.request)
    var pairs: [Pair] = []
    for (request, choice) in zip(round.requests, choices) {
      let current = standings[Key(request: request.number, option: Int(choice))]?.own
      for option in optionsByRequest[request.number] ?? [] {
        let key = Key(request: option.request, option: option.option)
        guard let standing = standings[key] else { continue }
        if let current, standing.own >= current { continue }
        let uses = usesByOption[key] ?? []
        if uses.allSatisfy({ wouldTake(standing.theirs, $0, holdings) }) {
          pairs.append(Pair(request: request.request, resource: option.resource))
        }
      }
    }
    return pairs
  }

  /// Whether a row has room, or holds something strictly worse.
  private func wouldTake(
    _ standing: Standing, _ use: StoredRound.Use, _ holdings: Holdings
  ) -> Bool {
    let upper = Int128(rowByNumber[use.row]?.upper ?? 0)
    guard (holdings.count[use.row] ?? 0) + Int128(use.amount) > upper else { return true }
    guard let last = holdings.last[use.row] else { return false }
    return standing < last
  }
}
