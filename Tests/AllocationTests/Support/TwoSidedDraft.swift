import Postgres

@testable import Allocation

/// A small random two-sided round, and what stability means, written out from its definition.
struct TwoSidedDraft {
  static let seed = "draft"
  let problem: RoundProblem

  init(requests: Int, experts: Int, universities: Int, seed: Int, rule: TwoSidedRule = .stable) {
    var random = SplitMix(seed: seed)
    let members = (0..<experts).map { _ in Int.random(in: 0..<universities, using: &random) }
    let rows =
      (0..<experts).map {
        RoundProblem.Row(kind: "expert", resource: "E\($0)", unit: "person", upper: 1)
      }
      + (0..<universities).map {
        RoundProblem.Row(
          kind: "university", resource: "U\($0)", unit: "person",
          upper: Int64.random(in: 0...2, using: &random))
      }
    problem = RoundProblem(
      requests: (0..<requests).map { number in
        RoundProblem.Request(
          number: "R\(number)", uscc: "x", enterprise: "x",
          options: (0..<experts).compactMap { expert in
            guard Int.random(in: 0..<4, using: &random) > 0 else { return nil }
            func rank() -> Int? {
              Bool.random(using: &random) ? Int.random(in: 1...3, using: &random) : nil
            }
            return RoundProblem.Option(
              resource: "E\(expert)", detail: [:], amount: 1, unit: "person",
              score: Int64.random(in: 0...6, using: &random),
              uses: [
                .init(row: "expert:E\(expert)", amount: 1),
                .init(row: "university:U\(members[expert])", amount: 1),
              ], ranks: .init(byRequest: rank(), byResource: rank()))
          }, refusals: [])
      }, rows: rows, rule: rule)
  }
}

extension RoundProblem {
  /// How good an option is for one side, smaller is better: filed ranks first, then scores; the
  /// lottery last, if it is to count.
  private func standing(_ filed: Int?, _ score: Int64, _ lottery: [UInt64]) -> [UInt64] {
    let grade: [UInt64] =
      filed.map { [0, UInt64($0)] } ?? [1, UInt64(1_000_000 - score)]
    return grade + lottery
  }

  private func own(_ option: Option, ties: Bool) -> [UInt64] {
    standing(
      option.ranks.byRequest, option.score,
      ties
        ? []
        : option.uses.prefix(1).map { Lottery.number(seed: TwoSidedDraft.seed, subject: $0.row) })
  }

  private func theirs(_ request: Int, _ option: Option, ties: Bool) -> [UInt64] {
    standing(
      option.ranks.byResource, option.score,
      ties
        ? []
        : [Lottery.number(seed: TwoSidedDraft.seed, subject: requests[request].number)]
          + option.uses.prefix(1).map { Lottery.number(seed: TwoSidedDraft.seed, subject: $0.row) })
  }

  /// Pairs that block a matching; with `ties`, equal grades do not.
  func blockingPairs(_ choices: [Int32], ties: Bool) -> [String] {
    var pairs: [String] = []
    for (number, request) in requests.enumerated() {
      let current = choices[number] < 0 ? nil : request.options[Int(choices[number])]
      for option in request.options {
        if let current,
          !own(option, ties: ties).lexicographicallyPrecedes(own(current, ties: ties))
        {
          continue
        }
        let isTaken = option.uses.allSatisfy { use in
          let row = rows.first { $0.name == use.row }
          let holders = choices.indices.filter { other in
            choices[other] >= 0
              && requests[other].options[Int(choices[other])].uses.contains { $0.row == use.row }
          }
          guard Int64(holders.count) >= row?.upper ?? 0 else { return true }
          return holders.contains { other in
            theirs(number, option, ties: ties).lexicographicallyPrecedes(
              theirs(other, requests[other].options[Int(choices[other])], ties: ties))
          }
        }
        if isTaken { pairs.append("\(request.number) \(option.resource)") }
      }
    }
    return pairs
  }

  func isFeasible(_ choices: [Int32]) -> Bool {
    rows.allSatisfy { row in
      let used = choices.indices.count { number in
        choices[number] >= 0
          && requests[number].options[Int(choices[number])].uses.contains { $0.row == row.name }
      }
      return Int64(used) <= row.upper
    }
  }

  /// Every matching that no pair blocks, ties fallen by lottery; by trying all.
  func allStable() -> [[Int32]] {
    var found: [[Int32]] = []
    func extend(_ choices: [Int32]) {
      guard choices.count < requests.count else {
        if isFeasible(choices), blockingPairs(choices, ties: false).isEmpty {
          found.append(choices)
        }
        return
      }
      for choice in -1..<Int32(requests[choices.count].options.count) { extend(choices + [choice]) }
    }
    extend([])
    return found
  }

  /// Whether a request likes its choice in one matching at least as much as in another.
  func isAtLeast(_ number: Int, _ one: Int32, _ other: Int32) -> Bool {
    guard other >= 0 else { return true }
    guard one >= 0 else { return false }
    let options = requests[number].options
    return !own(options[Int(other)], ties: false).lexicographicallyPrecedes(
      own(options[Int(one)], ties: false))
  }
}
