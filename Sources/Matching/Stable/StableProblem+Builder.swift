extension StableProblem {
  /// Collects caps, hospitals and residents in any order, and checks everything once.
  public struct Builder {
    private var caps: [Cap] = []
    private var hospitals: [Party] = []
    private var residents: [Party] = []

    private struct Party {
      let quota: Int
      let lottery: UInt64
      let cap: Int?
      let list: [Entry]
    }

    public init() {}

    /// Adds a cap and returns its index.
    ///
    /// - Parameters:
    ///   - limit: the most residents under it, at least 0.
    ///   - parent: a cap added before, under which this one stands.
    /// - Throws: ``StableProblemError``.
    @discardableResult
    public mutating func addCap(
      limit: Int, inside parent: Int? = nil
    ) throws(StableProblemError) -> Int {
      guard (0...Problem.indexLimit).contains(limit) else { throw .quotaOutOfRange(limit) }
      if let parent, !caps.indices.contains(parent) { throw .unknownCap(parent) }
      caps.append(Cap(limit: Int32(limit), parent: Int32(parent ?? -1)))
      return caps.count - 1
    }

    /// Adds a hospital and returns its index.
    ///
    /// - Parameters:
    ///   - quota: the most residents it takes, at least 0.
    ///   - lottery: breaks ties in residents' lists.
    ///   - cap: the lowest cap under which it stands.
    ///   - list: residents it accepts, best first.
    @discardableResult
    public mutating func addHospital(
      quota: Int, lottery: UInt64, cap: Int? = nil, list: [Entry]
    ) -> Int {
      hospitals.append(Party(quota: quota, lottery: lottery, cap: cap, list: list))
      return hospitals.count - 1
    }

    /// Adds a resident and returns its index.
    ///
    /// - Parameters:
    ///   - lottery: breaks ties in hospitals' lists.
    ///   - list: hospitals it accepts, best first.
    @discardableResult
    public mutating func addResident(lottery: UInt64, list: [Entry]) -> Int {
      residents.append(Party(quota: 1, lottery: lottery, cap: nil, list: list))
      return residents.count - 1
    }

    /// Checks the whole and returns it.
    ///
    /// - Throws: ``StableProblemError`` for an unknown party or cap, a list whose tiers fall, or a
    ///   number out of range.
    /// - Complexity: linear in the lists.
    public func build() throws(StableProblemError) -> StableProblem {
      for hospital in hospitals {
        guard (0...Problem.indexLimit).contains(hospital.quota) else {
          throw .quotaOutOfRange(hospital.quota)
        }
        if let cap = hospital.cap, !caps.indices.contains(cap) { throw .unknownCap(cap) }
      }
      return StableProblem(
        quotas: hospitals.map { Int32($0.quota) }, caps: caps,
        hospitalCaps: hospitals.map { Int32($0.cap ?? -1) },
        residentLottery: residents.map(\.lottery), hospitalLottery: hospitals.map(\.lottery),
        residents: try lists(of: residents, naming: hospitals.count, "resident"),
        hospitals: try lists(of: hospitals, naming: residents.count, "hospital"))
    }

    private func lists(
      of parties: [Party], naming count: Int, _ owner: String
    ) throws(StableProblemError) -> RankedLists {
      let total = parties.reduce(0) { $0 + $1.list.count }
      guard max(total, parties.count) < Problem.indexLimit else { throw .tooMany }
      var lists = RankedLists()
      for (index, party) in parties.enumerated() {
        var previous = 0
        for entry in party.list {
          guard (0..<count).contains(entry.party) else {
            throw .unknownParty(owner: owner, index: index, party: entry.party)
          }
          guard (previous...Problem.indexLimit).contains(entry.tier) else {
            throw .tierOutOfOrder(owner: owner, index: index, tier: entry.tier)
          }
          lists.append(Int32(entry.party), tier: Int32(entry.tier))
          previous = entry.tier
        }
        lists.closeList()
      }
      return lists
    }
  }
}

/// Why a stable problem cannot be built.
public enum StableProblemError: Error, Hashable, Sendable {
  /// A quota or limit is negative or beyond 2³¹ − 2.
  case quotaOutOfRange(Int)
  /// A cap that does not exist is named.
  case unknownCap(Int)
  /// A list names a party that does not exist.
  case unknownParty(owner: String, index: Int, party: Int)
  /// A list's tiers fall, or one is negative or beyond 2³¹ − 2.
  case tierOutOfOrder(owner: String, index: Int, tier: Int)
  /// There are more than 2³¹ − 2 parties or entries.
  case tooMany
}

extension StableProblemError: CustomStringConvertible {
  /// What is wrong, where, and what would put it right.
  public var description: String {
    switch self {
    case .quotaOutOfRange(let quota): "a quota is \(quota); it must lie in 0...2147483646"
    case .unknownCap(let cap): "there is no cap \(cap); add a cap before what stands under it"
    case .unknownParty(let owner, let index, let party):
      "the list of \(owner) \(index) names \(party), which does not exist; parties count from 0"
    case .tierOutOfOrder(let owner, let index, let tier):
      "tier \(tier) in the list of \(owner) \(index) is out of order; write lists best first"
    case .tooMany: "there are more than 2147483646 parties or entries; split the problem"
    }
  }
}
