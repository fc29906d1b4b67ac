/// Recomputes a stored round: objective, feasibility and bound. A pure function of the stored rows
/// that shares no code with the engine (design §1: nobody need trust the program).
struct RoundVerifier {
  /// One difference between what is stored and what is true.
  struct Fault: Hashable, Sendable {
    let what: String
    let detail: String
  }

  private struct Key: Hashable {
    let request: Int
    let option: Int
  }

  private let round: StoredRound
  private let usesByOption: [Key: [StoredRound.Use]]
  private let optionByKey: [Key: StoredRound.Option]
  private let rowByNumber: [Int: StoredRound.Row]

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
  /// - Complexity: linear in what the round stored.
  func faults() -> [Fault] {
    let magnitudes = magnitudeFaults()
    guard magnitudes.isEmpty else { return digestFaults() + magnitudes }
    return digestFaults() + countFaults() + lotteryFaults() + referenceFaults()
      + feasibilityFaults()
      + objectiveFaults() + certificateFaults() + offerFaults()
  }

  /// Numbers of a size that no round has, and with which sums might overflow 128 bits: a product
  /// of two stays below 2^104, a sum of 2^22 of them below 2^126.
  private func magnitudeFaults() -> [Fault] {
    let limit = Int64(1) << 52
    let numbers =
      round.rows.flatMap { [$0.lower, $0.upper, $0.penalty, $0.price ?? 0] }
      + round.options.map(\.score) + round.uses.map(\.amount) + [round.header.scale]
    let worst = numbers.max { $0.magnitude < $1.magnitude } ?? 0
    guard worst.magnitude > limit.magnitude else { return [] }
    return [Fault(what: "magnitude", detail: "\(worst) is out of range")]
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
      let number = Lottery.text(Lottery.number(seed: round.header.seed, subject: request.request))
      guard number != request.lottery else { return nil }
      return Fault(
        what: "lottery", detail: "\(request.request): stored \(request.lottery), is \(number)")
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

  private func certificateFaults() -> [Fault] {
    let header = round.header
    guard header.certificate == "price" else {
      return [Fault(what: "certificate", detail: "unknown form \(header.certificate)")]
    }
    var faults: [Fault] = []
    for row in round.rows {
      let least = row.lower == 0 ? 0 : -Int128(row.penalty) * Int128(header.scale)
      guard let price = row.price, Int128(price) >= least else {
        faults.append(Fault(what: "price_range", detail: "\(row.name): \(row.price ?? 0)"))
        continue
      }
    }
    let bound = Self.floor(scaledBound, over: Int128(header.scale))
    if bound != Int128(header.bound) {
      faults.append(Fault(what: "bound", detail: "stored \(header.bound), is \(bound)"))
    }
    if bound < Int128(header.objective) {
      faults.append(
        Fault(what: "bound_below_objective", detail: "\(bound) < \(header.objective)"))
    }
    if header.status == "optimal", bound != Int128(header.objective) {
      faults.append(
        Fault(what: "status", detail: "optimal with a gap of \(bound) − \(header.objective)"))
    }
    return faults
  }

  /// The price bound of design §4, times the scale.
  private var scaledBound: Int128 {
    let scale = Int128(round.header.scale)
    var best: [Int: Int128] = [:]
    for option in round.options {
      let uses = usesByOption[Key(request: option.request, option: option.option)] ?? []
      let cost = uses.reduce(Int128(0)) { sum, use in
        sum + Int128(rowByNumber[use.row]?.price ?? 0) * Int128(use.amount)
      }
      best[option.request] = max(best[option.request] ?? 0, Int128(option.score) * scale - cost)
    }
    let capacities = round.rows.reduce(Int128(0)) { sum, row in
      let price = Int128(row.price ?? 0)
      return sum + price * Int128(price >= 0 ? row.upper : row.lower)
    }
    return best.values.reduce(capacities, +)
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

  private static func floor(_ value: Int128, over scale: Int128) -> Int128 {
    guard scale > 0 else { return value }
    let quotient = value / scale
    return value % scale < 0 ? quotient - 1 : quotient
  }
}
