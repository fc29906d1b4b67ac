import Postgres

extension Motion {
  /// Reads a list of decisions, each an object with `kind` and the fields of its kind.
  ///
  /// ```json
  /// [{"kind": "allocate", "request": "TD2026-00001", "parcel": "XC02-00003", "area_mu": 21.4},
  ///  {"kind": "defer", "request": "TD2026-00009", "until": "2027-01-31", "note": "待环评"}]
  /// ```
  ///
  /// - Throws: ``FieldFault`` naming the place; an unknown field is a fault.
  public static func list(text: String) throws(FieldFault) -> [Motion] {
    do {
      let file = try JSONValue(text: text, example: "decide")
      guard case .array(let values) = file else {
        throw FieldFault(
          "file", file.shown, Wording("须为决定的列表", "must be a list of decisions"),
          remedy: Wording("写作 [{\"kind\": …}, …]", "write [{\"kind\": …}, …]"))
      }
      return try values.enumerated().map { try Motion($1, at: "decisions[\($0)]") }
    } catch {
      throw error as? FieldFault
        ?? FieldFault("file", nil, Wording("\(error)", "\(error)"), remedy: .correct)
    }
  }

  private init(_ value: JSONValue, at path: String) throws {
    let reader = try ObjectReader(value, at: path)
    let kind = try reader.required("kind", .word(Decision.Kind.self))
    try reader.allowOnly(
      ["kind"] + kind.fields + ["note"],
      of: Wording("决定“\(kind.rawValue)”", "a decision “\(kind.rawValue)”"))
    decision = try Decision(kind, reader)
    note =
      kind == .assignTask
      ? try reader.required("note", .text(atMost: Self.noteLimit))
      : try reader.optional("note", .text(atMost: Self.noteLimit))
  }

  private static let noteLimit = 400
}

extension Decision.Kind {
  /// The fields that go with a kind.
  fileprivate var fields: [String] {
    switch self {
    case .allocate: ["request", "parcel", "area_mu"]
    case .adjustQuota: ["from", "to", "amount", "document_no"]
    case .waiveThreshold: ["request", "rule", "parcel", "until"]
    case .holdParcel: ["parcel", "request", "until"]
    case .defer: ["request", "until"]
    case .refuse: ["request", "reason", "legal_basis"]
    case .assignTask: ["department", "working_days", "due", "request", "parcel"]
    }
  }
}

extension Decision {
  fileprivate init(_ kind: Kind, _ reader: ObjectReader) throws {
    switch kind {
    case .allocate:
      self = .allocate(
        request: try reader.required("request", .text),
        parcel: try reader.required("parcel", .text),
        area: try reader.required("area_mu", .amount))
    case .adjustQuota:
      self = .adjustQuota(
        from: try reader.optional("from", .text), to: try reader.required("to", .text),
        amount: try reader.required("amount", .amount),
        documentNumber: try reader.required("document_no", .text(atMost: 100)))
    case .waiveThreshold:
      self = .waiveThreshold(
        request: try reader.required("request", .text),
        threshold: try reader.required("rule", .word(LandWaiver.Threshold.self)),
        parcel: try reader.optional("parcel", .text), until: try reader.optional("until", .date))
    case .holdParcel:
      self = .holdParcel(
        parcel: try reader.required("parcel", .text),
        request: try reader.optional("request", .text),
        until: try reader.required("until", .date))
    case .defer:
      self = .defer(
        request: try reader.required("request", .text), until: try reader.required("until", .date))
    case .refuse:
      self = .refuse(
        request: try reader.required("request", .text),
        reason: try reader.required("reason", .text),
        legalBasis: try reader.required("legal_basis", .text(atMost: 200)))
    case .assignTask:
      self = .assignTask(
        department: try reader.required("department", .text), due: try TaskDeadline(reader),
        request: try reader.optional("request", .text),
        parcel: try reader.optional("parcel", .text))
    }
  }
}

extension TaskDeadline {
  /// `working_days` or `due`, one of them.
  fileprivate init(_ reader: ObjectReader) throws {
    switch (
      try reader.optional("working_days", .whole(1...1000)), try reader.optional("due", .date)
    ) {
    case (let days?, nil): self = .workingDays(Int(days))
    case (nil, let date?): self = .on(date)
    case (nil, nil):
      throw reader.fault(
        "due", Wording("缺少", "is missing"),
        remedy: Wording("填写 working_days 或 due 之一", "give either working_days or due"))
    default:
      throw reader.fault(
        "due", Wording("与 working_days 并列", "stands beside working_days"),
        remedy: Wording("只填其一", "give one of the two"))
    }
  }
}
