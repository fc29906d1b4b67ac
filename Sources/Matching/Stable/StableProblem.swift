/// Residents and hospitals who rank each other, for a matching without blocking pairs.
///
/// Lists may be incomplete and hold ties; a pair is acceptable if each lists the other. Of several
/// mentions in one list the first counts. A hospital takes at most its quota. In the office's terms: requests rank experts, experts rank requests.
public struct StableProblem: Sendable {
  /// An entry of a list.
  public struct Entry: Hashable, Sendable {
    /// The resident or hospital listed.
    public var party: Int
    /// Its tier: lists rise in tiers, equal tiers are a tie.
    public var tier: Int

    public init(party: Int, tier: Int) {
      self.party = party
      self.tier = tier
    }
  }

  /// The most residents that each hospital takes.
  public let quotas: [Int32]
  /// The lottery number of each resident, which breaks ties: the smaller goes first.
  public let residentLottery: [UInt64]
  /// The lottery number of each hospital, which breaks ties in residents' lists.
  public let hospitalLottery: [UInt64]
  let residents: RankedLists
  let hospitals: RankedLists

  /// The number of residents.
  public var residentCount: Int { residents.count }
  /// The number of hospitals.
  public var hospitalCount: Int { hospitals.count }

  /// The list of a resident, best first.
  public func residentList(_ resident: Int) -> [Entry] { residents.entries(of: resident) }

  /// The list of a hospital, best first.
  public func hospitalList(_ hospital: Int) -> [Entry] { hospitals.entries(of: hospital) }
}

/// Ranked lists in flat arrays.
struct RankedLists: Sendable {
  private(set) var start: [Int32] = [0]
  private(set) var parties: [Int32] = []
  private(set) var tiers: [Int32] = []

  var count: Int { start.count - 1 }

  func range(of list: Int) -> Range<Int> { Int(start[list])..<Int(start[list + 1]) }

  func entries(of list: Int) -> [StableProblem.Entry] {
    range(of: list).map { StableProblem.Entry(party: Int(parties[$0]), tier: Int(tiers[$0])) }
  }

  mutating func append(_ party: Int32, tier: Int32) {
    parties.append(party)
    tiers.append(tier)
  }

  mutating func closeList() { start.append(Int32(parties.count)) }
}
