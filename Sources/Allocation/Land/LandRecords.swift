public import Postgres

/// What an enterprise asks for: a site for a project.
public struct LandRequest: Hashable, Codable, Sendable {
  public var number: String
  public var uscc: String
  /// The enterprise's name.
  public var enterprise: String
  public var project: String
  public var submittedOn: DateOnly
  /// The division (大类) of the project's industry: `C36`.
  public var division: String
  /// The divisions of the enterprise's chain; none where it is on no chain.
  public var chainDivisions: [String]
  /// Wanted area in mu.
  public var area: Numeric
  /// Least area in mu, at most ``area``.
  public var leastArea: Numeric
  /// Counties in which the enterprise would build, the most welcome first.
  public var regions: [String]
  /// Fixed investment in 万元.
  public var investment: Int64
  /// Expected tax in 万元 a year.
  public var tax: Int64
  /// Energy of the whole project in tce a year.
  public var energy: Int64
  public var priority: LandPriority
  public var neededBy: DateOnly
  /// Why a consultation has taken the request out; `nil` for an open one.
  public var closure: LandClosure?
}

/// The level at which a project counts as a priority.
public enum LandPriority: String, CaseIterable, Codable, Sendable {
  case province, city, ordinary
}

/// What a consultation decided about a request that is not open.
public struct LandClosure: Hashable, Codable, Sendable {
  public enum Kind: String, Codable, Sendable {
    /// Put off until a day.
    case `defer`
    /// Refused.
    case refuse
  }

  public var kind: Kind
  /// The last day on which a deferred request stays closed; `nil` for a refused one.
  public var until: DateOnly?

  public init(kind: Kind, until: DateOnly?) {
    self.kind = kind
    self.until = until
  }
}

/// A site.
public struct Parcel: Hashable, Codable, Sendable {
  public var code: String
  /// The county's code.
  public var region: String
  /// Whole area in mu.
  public var area: Numeric
  /// Area that no offer and no commitment holds, in mu.
  public var free: Numeric
  /// Whether parts may be taken; otherwise the whole or nothing.
  public var isDivisible: Bool
  /// The least part that may be taken, in mu; what is left below it stays unused.
  public var leastLot: Numeric?
  /// Farmland in it, in mu: what is built on takes its share of the county's farmland balance.
  public var farmland: Numeric
  /// Divisions of industry that may build on it.
  public var divisions: [String]
  /// Least investment in 万元 a mu.
  public var leastInvestment: Numeric
  /// Least tax in 万元 a mu and year.
  public var leastTax: Numeric
  /// The day from which it is clean (净地).
  public var readyOn: DateOnly
  /// A consultation's hold on it.
  public var hold: ParcelHold?
}

/// A parcel kept back by a consultation.
public struct ParcelHold: Hashable, Codable, Sendable {
  /// The last day of the hold.
  public var until: DateOnly
  /// The only request that may have it; `nil` for none.
  public var request: String?

  public init(until: DateOnly, request: String?) {
    self.until = until
    self.request = request
  }
}

/// What a county may still use of one kind of quota on the business date.
public struct LandQuota: Hashable, Codable, Sendable {
  public enum Kind: String, CaseIterable, Codable, Sendable {
    /// New construction land (新增建设用地), in mu.
    case constructionLand = "construction_land"
    /// Farmland balance (占补平衡), in mu.
    case farmlandBalance = "farmland_balance"
    /// Energy (能耗), in tce a year.
    case energy
  }

  /// The ledger's lot.
  public var lot: String
  public var kind: Kind
  /// The county's code.
  public var region: String
  /// What is free, in the kind's unit.
  public var free: Numeric
  /// The lot's last day. Of several lots of a county and kind the one that ends first is used first.
  public var endsOn: DateOnly?

  public init(
    lot: String, kind: Kind, region: String, free: Numeric, endsOn: DateOnly? = nil
  ) {
    (self.lot, self.kind, self.region, self.free) = (lot, kind, region, free)
    self.endsOn = endsOn
  }
}

/// A threshold that a consultation has waived for a request.
public struct LandWaiver: Hashable, Comparable, Codable, Sendable {
  public enum Threshold: String, CaseIterable, Codable, Sendable {
    case investment, tax
  }

  public var request: String
  public var threshold: Threshold
  /// The parcel for which it is waived; `nil` for all.
  public var parcel: String?

  public init(request: String, threshold: Threshold, parcel: String?) {
    self.request = request
    self.threshold = threshold
    self.parcel = parcel
  }

  public static func < (left: LandWaiver, right: LandWaiver) -> Bool {
    (left.request, left.threshold.rawValue, left.parcel ?? "")
      < (right.request, right.threshold.rawValue, right.parcel ?? "")
  }
}

/// A request and a parcel that must not be brought together.
public struct LandPair: Hashable, Comparable, Codable, Sendable {
  public var request: String
  public var parcel: String

  public init(request: String, parcel: String) {
    self.request = request
    self.parcel = parcel
  }

  public static func < (left: LandPair, right: LandPair) -> Bool {
    (left.request, left.parcel) < (right.request, right.parcel)
  }
}
