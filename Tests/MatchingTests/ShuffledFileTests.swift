import Matching
import MatchingSupport
import Testing

/// Files name no lottery numbers, and yet their lines may change places.
@Suite struct ShuffledFileTests {
  @Test(arguments: 0..<12)
  func anAllocationIsDecidedByItsContent(seed: Int) throws {
    var random = SplitMix(seed: seed)
    let draft = land(&random, requests: 20 + seed)
    let shuffle = draft.shuffled(using: &random)
    let first = try solve(draft)
    let second = try solve(shuffle.draft)
    #expect(first.status == second.status)
    #expect(first.objective == second.objective)
    #expect(first.bound == second.bound)
    for (row, price) in first.certificate.rowPrices.enumerated() {
      #expect(second.certificate.rowPrices[shuffle.rowPlace[row]] == price)
    }
    for (request, choice) in first.choices.enumerated() {
      let found = second.choices[shuffle.requestPlace[request]]
      let place = choice < 0 ? -1 : shuffle.optionPlace[request][Int(choice)]
      #expect(Int(found) == place)
    }
  }

  /// Twins may change places with each other; what is served, and at which prices, may not.
  @Test(arguments: 0..<40)
  func equalScoresFallAlikeInAnyOrder(seed: Int) throws {
    var random = SplitMix(seed: seed)
    let draft = Draft.oneRow(
      seed: seed, requests: 25, rows: 9, degree: 3, capacity: 3, scores: 8)
    let shuffle = draft.shuffled(using: &random)
    let first = try solve(draft)
    let second = try solve(shuffle.draft)
    #expect(
      served(first, draft) { $0 }
        == served(second, shuffle.draft) { row in
          shuffle.rowPlace.firstIndex(of: row) ?? -1
        })
    for (row, price) in first.certificate.rowPrices.enumerated() {
      #expect(second.certificate.rowPrices[shuffle.rowPlace[row]] == price)
    }
  }

  /// Score and row of each choice, in any order.
  private func served(_ solution: Solution, _ draft: Draft, _ place: (Int) -> Int) -> [[Int]] {
    let chosen = zip(draft.requests, solution.choices).filter { $1 >= 0 }
    return chosen.map { request, choice in
      let option = request.options[Int(choice)]
      return [Int(option.score)] + option.uses.map { place($0.row) }
    }.sorted { $0.lexicographicallyPrecedes($1) }
  }

  @Test(arguments: 0..<4)
  func aDesignationIsDecidedByItsContent(seed: Int) throws {
    var random = SplitMix(seed: seed)
    let draft = DesignationDraft.medium(seed: seed)
    let shuffle = draft.shuffled(using: &random)
    let first = try solve(draft)
    let second = try solve(shuffle.draft)
    #expect(first.status == second.status)
    #expect(first.objective == second.objective)
    #expect(first.bound == second.bound)
    for (resource, place) in shuffle.resourcePlace.enumerated() {
      let (before, after) = (first.certificate, second.certificate)
      #expect(before.capacityPrices[resource] == after.capacityPrices[place])
      #expect(before.placePrices[resource] == after.placePrices[place])
    }
    for (member, resource) in first.choices.enumerated() {
      let found = second.choices[shuffle.memberPlace[member]]
      #expect(Int(found) == (resource < 0 ? -1 : shuffle.resourcePlace[Int(resource)]))
    }
  }

  /// Parcels inside districts, so tight that no prices prove an answer soon.
  private func land(_ random: inout SplitMix, requests: Int) -> Draft {
    let (parcels, districts) = (7, 2)
    var draft = Draft()
    for _ in 0..<parcels { draft.rows.append(.init(upper: Int64(50 + random.below(400)))) }
    for district in 0..<districts {
      let room = (0..<parcels).filter { $0 % districts == district }
        .reduce(0) { $0 + draft.rows[$1].upper }
      draft.rows.append(.init(upper: room * 4 / 5))
    }
    for _ in 0..<requests {
      let area = Int64(5 + random.below(196))
      let options = (0..<parcels).shuffled(using: &random).prefix(4).map { parcel in
        Draft.Option(
          score: Int64(1 + random.below(1000)),
          uses: [parcel, parcels + parcel % districts].map { .init(row: $0, amount: area) })
      }
      draft.requests.append(.init(options: Array(options)))
    }
    return draft
  }

  private func solve(_ draft: Draft) throws -> Solution {
    let bytes = try draft.build().instanceBytes
    guard case .allocation(let problem) = try Instance(parsing: bytes) else {
      throw UnexpectedFormat()
    }
    return try Engine.solve(problem, options: SolveOptions(workLimit: 2_000_000))
  }

  private func solve(_ draft: DesignationDraft) throws -> DesignationSolution {
    var words = [draft.groups.count, draft.resources.count, draft.members.count, draft.limit]
      .map(Int64.init)
    words += draft.resources.map(\.capacity)
    words += draft.groups.flatMap(\.pairScores)
    words += draft.members.flatMap { [Int64($0.group), $0.amount] + $0.scores }
    let text = "designation " + words.map(String.init).joined(separator: " ")
    guard case .designation(let problem) = try Instance(parsing: Array(text.utf8)) else {
      throw UnexpectedFormat()
    }
    return try Engine.solve(problem, options: SolveOptions(workLimit: 500_000))
  }

  private struct UnexpectedFormat: Error {}
}
