public import Postgres

/// One stated change of a land round's input. Changes are applied in their order; what one has
/// changed, the next finds changed.
public enum LandChange: StatedChange {
  /// A quota's free amount, in its own unit: more, or (below 0) less.
  case quota(QuotaName, by: Numeric)
  case parcelOut(String)
  /// A parcel that the round did not have.
  case parcelIn(Parcel)
  /// Another day from which a parcel is clean.
  case parcelReady(String, on: DateOnly)
  /// Another free area of a parcel, in mu.
  case parcelFree(String, area: Numeric)
  case requestOut(String)
  case requestIn(LandRequest)
  /// Other figures of a request.
  case request(String, RequestFigures)
  /// A request gets a parcel, whatever the round would have chosen; without an area the wanted one,
  /// or the whole of a whole parcel.
  case pin(Pin)
  /// A request and a parcel that must not come together.
  case forbid(LandPair)
  /// A threshold that does not count for a request, on one parcel or on all.
  case waive(LandWaiver)
  /// A parcel kept back until a day, from all or from all but one request.
  case hold(parcel: String, ParcelHold)
  /// A request put off until a day.
  case putOff(request: String, until: DateOnly)
  case refuse(request: String)
  /// Another value of one parameter of the policy.
  case weight(name: String, value: Numeric)

  /// How a quota is named: by its lot, or by county and kind.
  public enum QuotaName: Hashable, Sendable {
    case lot(String)
    case county(String, LandQuota.Kind)
  }

  /// A request brought to a parcel by decision.
  public struct Pin: Hashable, Sendable {
    public let request: String
    public let parcel: String
    /// In mu.
    public let area: Numeric?

    public init(request: String, parcel: String, area: Numeric? = nil) {
      self.request = request
      self.parcel = parcel
      self.area = area
    }
  }

  /// The figures of a request that a change names; the others stay.
  public struct RequestFigures: Hashable, Sendable {
    /// Wanted and least area in mu.
    public var area, leastArea: Numeric?
    public var regions: [String]?
    /// 万元, 万元 a year, tce a year.
    public var investment, tax, energy: Int64?
    public var priority: LandPriority?
    public var neededBy: DateOnly?

    public init() {}
  }
}

extension LandChange {
  public var beneficiary: String? {
    switch self {
    case .request(let request, _): request
    case .requestIn(let request): request.number
    case .waive(let waiver): waiver.request
    case .hold(_, let hold): hold.request
    default: nil
    }
  }

  public var pinnedRequest: String? {
    if case .pin(let pin) = self { return pin.request }
    return nil
  }

  public var isOfPolicy: Bool {
    if case .weight = self { return true }
    return false
  }
}
