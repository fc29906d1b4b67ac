import Postgres

extension LandChange: ReadableChange {
  /// The words for which `change` is read, each with the fields that go with it.
  private static let fields: [(word: String, fields: [String])] = [
    ("quota", ["lot", "region", "kind", "by"]),
    ("parcel_out", ["parcel"]),
    ("parcel_in", ["parcel"]),
    ("parcel_ready", ["parcel", "on"]),
    ("parcel_free", ["parcel", "area_mu"]),
    ("request_out", ["request"]),
    ("request_in", ["request"]),
    ("request", ["request"] + figures),
    ("pin", ["request", "parcel", "area_mu"]),
    ("forbid", ["request", "parcel"]),
    ("waive", ["request", "threshold", "parcel"]),
    ("hold", ["parcel", "until", "request"]),
    ("defer", ["request", "until"]),
    ("refuse", ["request"]),
    ("weight", ["name", "value"]),
  ]

  private static let figures = [
    "area_mu", "min_area_mu", "regions", "investment_wan", "tax_wan", "energy_tce", "priority",
    "needed_by",
  ]

  init(_ value: JSONValue, at path: String) throws {
    let (word, reader) = try ObjectReader.change(value, at: path, Self.fields)
    switch word {
    case "quota", "parcel_out", "parcel_in", "parcel_ready", "parcel_free", "hold":
      self = try Self.ofSupply(word, reader)
    case "weight":
      self = .weight(
        name: try reader.required("name", .text), value: try reader.required("value", .number))
    default: self = try Self.ofRequest(word, reader)
    }
  }

  /// A change of a parcel or a quota.
  private static func ofSupply(_ word: String, _ reader: ObjectReader) throws -> LandChange {
    switch word {
    case "quota":
      return .quota(try quotaName(reader), by: try reader.required("by", .difference))
    case "parcel_in": return .parcelIn(try Parcel(reader.object("parcel")))
    default: break
    }
    let parcel = try reader.required("parcel", .text)
    switch word {
    case "parcel_ready": return .parcelReady(parcel, on: try reader.required("on", .date))
    case "parcel_free": return .parcelFree(parcel, area: try reader.required("area_mu", .area))
    case "hold":
      return .hold(
        parcel: parcel,
        ParcelHold(
          until: try reader.required("until", .date), request: try reader.optional("request", .text)
        ))
    default: return .parcelOut(parcel)
    }
  }

  /// A change of a request, or of what it may have.
  private static func ofRequest(_ word: String, _ reader: ObjectReader) throws -> LandChange {
    if word == "request_in" { return .requestIn(try LandRequest(reader.object("request"))) }
    let request = try reader.required("request", .text)
    switch word {
    case "request": return .request(request, try RequestFigures(reader))
    case "pin":
      return .pin(
        Pin(
          request: request, parcel: try reader.required("parcel", .text),
          area: try reader.optional("area_mu", .area)))
    case "forbid":
      return .forbid(LandPair(request: request, parcel: try reader.required("parcel", .text)))
    case "waive":
      return .waive(
        LandWaiver(
          request: request,
          threshold: try reader.required("threshold", .word(LandWaiver.Threshold.self)),
          parcel: try reader.optional("parcel", .text)))
    case "defer": return .putOff(request: request, until: try reader.required("until", .date))
    case "refuse": return .refuse(request: request)
    default: return .requestOut(request)
    }
  }

  private static func quotaName(_ reader: ObjectReader) throws -> QuotaName {
    if let lot = try reader.optional("lot", .text) {
      for name in ["region", "kind"] where try reader.optional(name, .text) != nil {
        throw FieldFault(
          "\(reader.path).\(name)", nil,
          Wording("“lot”已指明指标", "names a quota that “lot” names already"),
          remedy: Wording("只写 lot，或写 region 与 kind", "give the lot, or region and kind"))
      }
      return .lot(lot)
    }
    return .county(
      try reader.required("region", .text),
      try reader.required("kind", .word(LandQuota.Kind.self)))
  }
}

extension LandChange.RequestFigures {
  fileprivate init(_ reader: ObjectReader) throws {
    self.init()
    area = try reader.optional("area_mu", .area)
    leastArea = try reader.optional("min_area_mu", .area)
    regions = try reader.optional("regions", .list)
    investment = try reader.optional("investment_wan", .whole)
    tax = try reader.optional("tax_wan", .whole)
    energy = try reader.optional("energy_tce", .whole)
    priority = try reader.optional("priority", .word(LandPriority.self))
    neededBy = try reader.optional("needed_by", .date)
    guard self != Self() else {
      throw FieldFault(
        reader.path, nil, Wording("没有更改诉求的任何数值", "changes no figure of the request"),
        remedy: Wording("至少写明一项", "name at least one figure"))
    }
  }
}

extension Parcel {
  /// A whole parcel, with the columns that the import has.
  fileprivate init(_ reader: ObjectReader) throws {
    try reader.allowOnly(
      [
        "code", "region", "area_mu", "divisible", "min_lot_mu", "farmland_mu",
        "allowed_divisions", "min_investment_wan_per_mu", "min_tax_wan_per_mu", "ready_on",
      ], of: Wording("地块", "a parcel"))
    let area = try reader.required("area_mu", .area)
    self.init(
      code: try reader.required("code", .text), region: try reader.required("region", .text),
      area: area, free: area, isDivisible: try reader.required("divisible", .truth),
      leastLot: try reader.optional("min_lot_mu", .area),
      farmland: try reader.optional("farmland_mu", .area) ?? 0,
      divisions: try reader.required("allowed_divisions", .list),
      leastInvestment: try reader.required("min_investment_wan_per_mu", .moneyPerMu),
      leastTax: try reader.required("min_tax_wan_per_mu", .moneyPerMu),
      readyOn: try reader.required("ready_on", .date), hold: nil)
    try reader.check(area > 0, "area_mu", Wording("须大于 0", "is not above 0"))
    try reader.check(farmland <= area, "farmland_mu", Wording("大于面积", "is above the area"))
    if let leastLot {
      try reader.check(
        leastLot > 0 && leastLot <= area, "min_lot_mu",
        Wording("不在 0 与面积之间", "is not between 0 and the area"))
    }
  }
}

extension LandRequest {
  /// A whole request, with the columns that the import has. The enterprise's name and its chain's
  /// divisions, which the import finds in the registry, are given here.
  fileprivate init(_ reader: ObjectReader) throws {
    try reader.allowOnly(
      [
        "number", "uscc", "enterprise", "project", "submitted_on", "industry", "chain_divisions",
        "area_mu", "min_area_mu", "regions", "investment_wan", "tax_wan", "energy_tce", "priority",
        "needed_by",
      ], of: Wording("诉求", "a request"))
    let uscc = try reader.required("uscc", .text)
    let area = try reader.required("area_mu", .area)
    self.init(
      number: try reader.required("number", .text), uscc: uscc,
      enterprise: try reader.optional("enterprise", .text) ?? uscc,
      project: try reader.optional("project", .text) ?? "",
      submittedOn: try reader.required("submitted_on", .date),
      division: String(try reader.required("industry", .text).prefix(3)),
      chainDivisions: try reader.optional("chain_divisions", .list) ?? [],
      area: area, leastArea: try reader.optional("min_area_mu", .area) ?? area,
      regions: try reader.required("regions", .list),
      investment: try reader.required("investment_wan", .whole),
      tax: try reader.required("tax_wan", .whole),
      energy: try reader.optional("energy_tce", .whole) ?? 0,
      priority: try reader.optional("priority", .word(LandPriority.self)) ?? .ordinary,
      neededBy: try reader.required("needed_by", .date), closure: nil)
    try reader.check(
      (try? UnifiedCode(uscc)) != nil, "uscc",
      Wording("不是统一社会信用代码", "is no unified social credit code"))
    try reader.check(area > 0, "area_mu", Wording("须大于 0", "is not above 0"))
    try reader.check(
      leastArea > 0 && leastArea <= area, "min_area_mu",
      Wording("不在 0 与所需面积之间", "is not between 0 and the area wanted"))
  }
}
