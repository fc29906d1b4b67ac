import Matching

/// A round's problem as requests and resources that grade each other, for stable matchings.
///
/// The most specific row of an option is where its resource sits (an expert, a post); the rows after
/// it are caps around that (a university). Each option takes one unit of each of its rows.
struct TwoSidedMarket {
  private let problem: StableProblem
  /// For each request the options in the order of its list.
  private let lists: [[Int]]

  /// - Throws: ``RoundError/unknownRow(request:row:)``; ``TwoSidedError`` where rows do not nest;
  ///   `StableProblemError`.
  /// - Complexity: O(options · log options).
  init(_ round: RoundProblem, seed: String) throws {
    let nest = try RowNest(round)
    let tiers = Tiers(round)
    lists = round.requests.map { request in
      request.options.indices.sorted {
        request.options[$0].gradeByRequest < request.options[$1].gradeByRequest
      }
    }
    var builder = StableProblem.Builder()
    var caps: [Int: Int] = [:]
    for row in nest.capsFromTop {
      caps[row] = try builder.addCap(
        limit: nest.limit(row), inside: nest.parent[row].flatMap { caps[$0] })
    }
    var hospitals: [Int: Int] = [:]
    for (row, entries) in nest.entries.sorted(by: { $0.key < $1.key }) {
      let list = entries.map { entry in
        let option = round.requests[entry.request].options[entry.option]
        return StableProblem.Entry(
          party: entry.request, tier: tiers[option.gradeByResource])
      }
      hospitals[row] = builder.addHospital(
        quota: nest.limit(row),
        lottery: Lottery.number(seed: seed, subject: round.rows[row].name),
        cap: nest.parent[row].flatMap { caps[$0] }, list: list.sorted { $0.tier < $1.tier })
    }
    for (number, request) in round.requests.enumerated() {
      let list = lists[number].compactMap { index -> StableProblem.Entry? in
        let option = request.options[index]
        return nest.seat(of: option).flatMap { hospitals[$0] }.map {
          StableProblem.Entry(party: $0, tier: tiers[option.gradeByRequest])
        }
      }
      builder.addResident(
        lottery: Lottery.number(seed: seed, subject: request.number), list: list)
    }
    problem = try builder.build()
  }

  /// The stable matching that is best for one side: for each request an option or −1.
  func matching(bestFor side: Side) -> (choices: [Int32], algorithm: String) {
    let solution = Engine.solve(
      problem, options: StableOptions(proposer: side == .requests ? .residents : .hospitals))
    let choices = zip(solution.choices, lists).map { choice, list in
      choice < 0 ? -1 : Int32(list[Int(choice)])
    }
    return (choices, solution.algorithm)
  }

  enum Side {
    case requests, resources
  }

  /// Requests and options of theirs such that both sides would rather have each other than what choices
  /// give them.
  ///
  /// - Complexity: O(options).
  func blockingPairs(of choices: [Int32]) -> [(request: Int, option: Int)] {
    let positions = zip(choices, lists).map { choice, list in
      choice < 0 ? -1 : Int32(list.firstIndex(of: Int(choice)) ?? -1)
    }
    return problem.blockingPairs(of: positions).compactMap { pair in
      let list = problem.residentList(pair.resident)
      return list.firstIndex { $0.party == pair.hospital }
        .map { (pair.resident, lists[pair.resident][$0]) }
    }
  }
}

/// Grades as the tiers of the engine: equal grades in one tier, all over the round.
private struct Tiers {
  private let tiers: [Grade: Int]

  init(_ round: RoundProblem) {
    let options = round.requests.flatMap(\.options)
    let grades = Set(options.map(\.gradeByRequest) + options.map(\.gradeByResource))
    tiers = Dictionary(
      uniqueKeysWithValues: grades.sorted().enumerated().map { ($0.element, $0.offset) })
  }

  subscript(grade: Grade) -> Int { tiers[grade] ?? tiers.count }
}
