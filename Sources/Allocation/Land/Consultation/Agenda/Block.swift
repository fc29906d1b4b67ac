import Postgres

/// What keeps a request from being served, and what lifting it would change.
struct Block: Hashable, Sendable {
  /// The request's place in the round.
  let request: Int
  /// A code of `land.blocking_cause`.
  let cause: Cause
  let figures: BlockFigures
  /// The county where it would have to be lifted.
  let county: String?
  let lift: Lift

  /// Coded causes.
  enum Cause: String, CaseIterable, Sendable {
    case declined
    case noParcelInTime = "no_parcel_in_time"
    case belowThreshold = "below_threshold"
    case parcelHeld = "parcel_held"
    case noParcelFits = "no_parcel_fits"
    case constructionLand = "construction_land"
    case farmlandBalance = "farmland_balance"
    case energy, outbid
    /// Not a block: an offer that others want.
    case contested
  }

  /// How the round's problem would change.
  enum Lift: Hashable, Sendable {
    /// The request gets these options.
    case options([RoundProblem.Option])
    /// Rows get so much more.
    case capacity([RoundProblem.Use])
  }
}

/// The figures on both sides of a block, as they are stored and shown.
struct BlockFigures: Hashable, Codable, Sendable {
  /// A rule that a pair fails.
  struct Rule: Hashable, Codable, Sendable {
    let rule: String
    let needed: String
    let found: String
  }

  /// A row that has too little left.
  struct Shortage: Hashable, Codable, Sendable {
    let row: String
    let needed: String
    let free: String
    let unit: String
  }

  /// The parcel that comes nearest; `nil` where there is none in the counties asked for.
  var parcel: String?
  /// The area of it, in mu.
  var area: String?
  /// Parcels with the same block.
  var parcels: Int?
  var rules: [Rule]?
  var shortages: [Shortage]?
  /// Requests that want the parcel too.
  var rivals: [String]?
}

extension Block.Cause {
  /// The cause that a rule stands for.
  init(_ rule: LandRule) {
    switch rule {
    case .declined: self = .declined
    case .ready: self = .noParcelInTime
    case .investment, .tax: self = .belowThreshold
    case .held: self = .parcelHeld
    case .area, .division, .region, .closed: self = .noParcelFits
    }
  }

  /// The cause that a full row stands for; a parcel that others have is `outbid`.
  init(rowKind kind: String) {
    switch kind {
    case LandQuota.Kind.constructionLand.rawValue: self = .constructionLand
    case LandQuota.Kind.farmlandBalance.rawValue: self = .farmlandBalance
    case LandQuota.Kind.energy.rawValue: self = .energy
    default: self = .outbid
    }
  }
}
