extension Engine {
  /// Finds a matching without blocking pairs.
  ///
  /// Ties fall by lottery (or are used to match more, see ``StableOptions/matchesMore``), so that the
  /// answer does not depend on the order of input as far as lottery numbers differ.
  ///
  /// - Complexity: linear in the lists without caps; see the heads of the algorithms' files.
  public static func solve(
    _ problem: StableProblem, options: StableOptions = StableOptions()
  ) -> StableSolution {
    let market = StableMarket(problem)
    let (matching, algorithm) = match(problem, market, options)
    var choices = [Int32](repeating: -1, count: problem.residentCount)
    var (residentRanks, hospitalRanks) = (RankStatistics(), RankStatistics())
    let places = HospitalPlaces(market, hasTies: problem.hasTies)
    for resident in 0..<problem.residentCount where matching[resident] >= 0 {
      let edge = matching[resident]
      choices[resident] = market.position[edge]
      residentRanks.add(place: problem.residentPlace(resident, choices[resident]))
      hospitalRanks.add(place: places.place(of: edge, market))
    }
    return StableSolution(
      choices: choices, status: .stable, algorithm: algorithm, residentRanks: residentRanks,
      hospitalRanks: hospitalRanks)
  }

  private static func match(
    _ problem: StableProblem, _ market: borrowing StableMarket, _ options: StableOptions
  ) -> (Matching, String) {
    let name = "deferred acceptance, \(options.proposer.rawValue) propose"
    if options.matchesMore && problem.caps.isEmpty && problem.hasTies {
      return (Matching(TiePromotion.match(problem, market)), "deferred acceptance, ties promoted")
    }
    switch (problem.caps.isEmpty, options.proposer) {
    case (true, .residents): return (Matching(DeferredAcceptance.residentOptimal(market)), name)
    case (true, .hospitals): return (Matching(DeferredAcceptance.hospitalOptimal(market)), name)
    case (false, .residents):
      let matching = DeferredAcceptance.residentOptimal(market, under: problem)
      return (Matching(matching), name + ", nested caps")
    case (false, .hospitals):
      let matching = DeferredAcceptance.hospitalOptimal(market, under: problem)
      return (Matching(matching), name + ", nested caps")
    }
  }

  /// The edge of each resident, −1 if unmatched.
  private typealias Matching = [Int32]
}

extension [Int32] {
  fileprivate init(_ buffer: consuming Buffer<Int32>) { self = buffer.array }
}

extension StableProblem {
  /// The place of a position in a resident's list: its tier's number from 1, without gaps.
  fileprivate func residentPlace(_ resident: Int, _ position: Int32) -> Int {
    let list = residents.range(of: resident)
    var place = 1
    for entry in list.prefix(Int(position))
    where residents.tiers[entry] != residents.tiers[entry + 1] {
      place += 1
    }
    return place
  }
}

/// The place of each slot on its hospital's list of acceptable residents.
private struct HospitalPlaces: ~Copyable {
  /// Empty where no list has a tie: then slots count the places.
  private let places: Buffer<Int32>

  init(_ market: borrowing StableMarket, hasTies: Bool) {
    places = Buffer(repeating: 1, count: hasTies ? Int(market.slotCount) : 0)
    guard hasTies else { return }
    for hospital in 0..<market.hospitalCount {
      let slots = market.slots(of: hospital)
      for slot in slots.dropFirst() {
        let isLower = market.slotTier[slot] != market.slotTier[slot - 1]
        places[slot] = places[slot - 1] + (isLower ? 1 : 0)
      }
    }
  }

  func place(of edge: Int32, _ market: borrowing StableMarket) -> Int {
    let slot = market.slot[edge]
    if places.count > 0 { return Int(places[slot]) }
    return Int(slot - market.hospitalStart[market.hospital[edge]]) + 1
  }
}
