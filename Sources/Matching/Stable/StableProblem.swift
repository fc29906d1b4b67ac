/// Residents and hospitals who rank each other, for a matching without blocking pairs.
///
/// Lists may be incomplete and hold ties; a pair is acceptable if each lists the other. Of several
/// mentions in one list the first counts. A hospital takes at most its quota, and hospitals may
/// stand under a common cap, caps under a further cap. In the office's terms: requests rank experts,
/// experts rank requests, and a university's cap holds for all its experts together.
public struct StableProblem: Sendable {
  /// An entry of a list.
  public struct Entry: Hashable, Sendable {
    /// The resident or hospital listed.
    public var party: Int
    /// Its tier, at least 0: lists rise in tiers, equal tiers are a tie. A cap compares residents of
    /// different hospitals by these tiers, so hospitals under one cap should grade alike.
    public var tier: Int

    public init(party: Int, tier: Int) {
      self.party = party
      self.tier = tier
    }
  }

  /// A limit on the residents of several hospitals together.
  public struct Cap: Hashable, Sendable {
    /// The most residents, at least 0.
    public let limit: Int32
    /// The cap above this one, −1 if there is none.
    public let parent: Int32
  }

  /// The most residents that each hospital takes.
  public let quotas: [Int32]
  /// The caps, each after the cap above it.
  public let caps: [Cap]
  /// The cap of each hospital, −1 if it has none.
  public let hospitalCaps: [Int32]
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
  ///
  /// - Precondition: `resident` is in `0 ..< residentCount`.
  public func residentList(_ resident: Int) -> [Entry] { residents.entries(of: resident) }

  /// The list of a hospital, best first.
  ///
  /// - Precondition: `hospital` is in `0 ..< hospitalCount`.
  public func hospitalList(_ hospital: Int) -> [Entry] { hospitals.entries(of: hospital) }

  /// Whether any list holds a tie; without one all stable matchings have the same size.
  var hasTies: Bool {
    !(0..<residentCount).allSatisfy(residents.isStrict)
      || !(0..<hospitalCount).allSatisfy(hospitals.isStrict)
  }
}
