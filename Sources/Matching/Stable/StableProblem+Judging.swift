extension StableProblem {
  /// A resident and a hospital that would both rather have each other.
  public struct BlockingPair: Hashable, Sendable {
    public let resident: Int
    public let hospital: Int

    public init(resident: Int, hospital: Int) {
      self.resident = resident
      self.hospital = hospital
    }
  }

  /// Every pair that blocks a matching; none for a stable one.
  ///
  /// A pair blocks if each lists the other, the resident is unmatched or strictly prefers the
  /// hospital, and the hospital could take the resident: it and the caps above it have room, or the
  /// lowest of them without room holds someone of a strictly worse tier.
  ///
  /// This reads lists only; it shares nothing with the algorithms.
  ///
  /// - Parameter choices: for each resident a position in its own list, or −1.
  /// - Precondition: every choice is −1 or a position of the resident's list.
  /// - Complexity: O(entries · depth of caps).
  public func blockingPairs(of choices: [Int32]) -> [BlockingPair] {
    let tiers = mutualTiers()
    let state = Occupancy(self, choices, tiers)
    var result: [BlockingPair] = []
    for resident in 0..<residentCount {
      let list = residents.range(of: resident)
      let current =
        choices[resident] < 0 ? nil : residents.tiers[list.lowerBound + Int(choices[resident])]
      for entry in list {
        guard let tier = tiers[entry] else { continue }
        if let current, residents.tiers[entry] >= current { break }
        let hospital = Int(residents.parties[entry])
        if state.wouldTake(tier, at: hospital) {
          result.append(BlockingPair(resident: resident, hospital: hospital))
        }
      }
    }
    return result
  }

  /// What a matching breaks: a match that either side does not accept, a quota or a cap exceeded.
  public func violations(of choices: [Int32]) -> [String] {
    let tiers = mutualTiers()
    var result: [String] = []
    for (resident, choice) in choices.enumerated() where choice >= 0 {
      let list = residents.range(of: resident)
      if Int(choice) >= list.count || tiers[list.lowerBound + Int(choice)] == nil {
        result.append("resident \(resident) is matched to someone who does not accept")
      }
    }
    guard result.isEmpty else { return result }
    let state = Occupancy(self, choices, tiers)
    for (node, (count, limit)) in zip(state.counts, state.limits).enumerated() where count > limit {
      let name = node < hospitalCount ? "hospital \(node)" : "cap \(node - hospitalCount)"
      result.append("\(name) holds \(count) of at most \(limit)")
    }
    return result
  }

  /// For each resident's entry the tier that the hospital gives the resident; `nil` where the pair is
  /// not acceptable, or mentioned before.
  private func mutualTiers() -> [Int32?] {
    var given: [Int64: Int32] = [:]
    given.reserveCapacity(hospitals.parties.count)
    func key(_ hospital: Int, _ resident: Int) -> Int64 {
      Int64(hospital) * Int64(residentCount) + Int64(resident)
    }
    for hospital in 0..<hospitalCount {
      for entry in hospitals.range(of: hospital).reversed() {
        given[key(hospital, Int(hospitals.parties[entry]))] = hospitals.tiers[entry]
      }
    }
    var tiers = [Int32?](repeating: nil, count: residents.parties.count)
    for resident in 0..<residentCount {
      for entry in residents.range(of: resident) {
        tiers[entry] = given.removeValue(forKey: key(Int(residents.parties[entry]), resident))
      }
    }
    return tiers
  }
}

/// How full hospitals and caps are, and the worst tier each holds.
private struct Occupancy {
  private(set) var counts: [Int32]
  let limits: [Int32]
  private let parents: [Int]
  private var worst: [Int32]

  init(_ problem: StableProblem, _ choices: [Int32], _ tiers: [Int32?]) {
    let hospitals = problem.hospitalCount
    limits = problem.quotas + problem.caps.map(\.limit)
    parents = (problem.hospitalCaps + problem.caps.map(\.parent)).map {
      $0 < 0 ? -1 : Int($0) + hospitals
    }
    counts = [Int32](repeating: 0, count: limits.count)
    worst = [Int32](repeating: -1, count: limits.count)
    for (resident, choice) in choices.enumerated() where choice >= 0 {
      let entry = problem.residents.range(of: resident).lowerBound + Int(choice)
      var node = Int(problem.residents.parties[entry])
      while node >= 0 {
        counts[node] += 1
        worst[node] = max(worst[node], tiers[entry] ?? .max)
        node = parents[node]
      }
    }
  }

  func wouldTake(_ tier: Int32, at hospital: Int) -> Bool {
    var node = hospital
    while node >= 0 {
      if counts[node] >= limits[node] { return worst[node] > tier }
      node = parents[node]
    }
    return true
  }
}
