public import Foundation
import Postgres

extension Motion {
  /// Reads a list of decisions, each an object with `kind` and the fields of its kind.
  ///
  /// ```json
  /// [{"kind": "allocate", "request": "TD2026-00001", "parcel": "XC02-00003", "area_mu": "21.4"},
  ///  {"kind": "defer", "request": "TD2026-00009", "until": "2027-01-31", "note": "待环评"}]
  /// ```
  ///
  /// - Throws: ``JSONFault`` naming the place; an unknown field is a fault.
  public static func list(json: Data) throws(JSONFault) -> [Motion] {
    do {
      return try JSONDecoder().decode([Motion].self, from: json)
    } catch let error as DecodingError {
      throw JSONFault(error)
    } catch {
      throw JSONFault(
        .dataCorrupted(.init(codingPath: [], debugDescription: "\(error)")))
    }
  }
}

extension Motion: Decodable {
  public init(from decoder: any Decoder) throws {
    var fields = try StrictFields(decoder)
    let kind = try fields.word("kind", Decision.Kind.self)
    decision = try Decision(kind, &fields)
    note = try fields.text("note", atMost: 400)
    if kind == .assignTask, note == nil {
      throw fields.fault("note", "a task says what is to be done")
    }
    try fields.refuseOthers()
  }
}

extension Decision {
  fileprivate init(_ kind: Kind, _ fields: inout StrictFields) throws {
    switch kind {
    case .allocate:
      self = .allocate(
        request: try fields.required("request"), parcel: try fields.required("parcel"),
        area: try fields.amount("area_mu"))
    case .adjustQuota:
      self = .adjustQuota(
        from: try fields.optional("from"), to: try fields.required("to"),
        amount: try fields.amount("amount"),
        documentNumber: try fields.requiredText("document_no", atMost: 100))
    case .waiveThreshold:
      self = .waiveThreshold(
        request: try fields.required("request"),
        threshold: try fields.word("rule", LandWaiver.Threshold.self),
        parcel: try fields.optional("parcel"), until: try fields.optional("until"))
    case .holdParcel:
      self = .holdParcel(
        parcel: try fields.required("parcel"), request: try fields.optional("request"),
        until: try fields.required("until"))
    case .defer:
      self = .defer(request: try fields.required("request"), until: try fields.required("until"))
    case .refuse:
      self = .refuse(
        request: try fields.required("request"), reason: try fields.required("reason"),
        legalBasis: try fields.requiredText("legal_basis", atMost: 200))
    case .assignTask:
      self = .assignTask(
        department: try fields.required("department"), due: try fields.deadline(),
        request: try fields.optional("request"), parcel: try fields.optional("parcel"))
    }
  }
}

extension StrictFields {
  fileprivate mutating func word<Word: RawRepresentable<String> & CaseIterable>(
    _ name: String, _: Word.Type
  ) throws -> Word {
    let text: String = try required(name)
    guard let word = Word(rawValue: text) else {
      let known = Word.allCases.map(\.rawValue).joined(separator: ", ")
      throw fault(name, "“\(text)” is not known; known are \(known)")
    }
    return word
  }

  /// A positive amount with at most four decimals.
  fileprivate mutating func amount(_ name: String) throws -> Numeric {
    let amount: Numeric = try required(name)
    guard amount > 0, let units = amount.mantissa(atScale: 4), Int64(exactly: units) != nil else {
      throw fault(name, "\(amount) is no amount: more than 0, with at most four decimals")
    }
    return amount.reduced
  }

  fileprivate mutating func text(_ name: String, atMost limit: Int) throws -> String? {
    guard let text: String = try optional(name) else { return nil }
    guard !text.isEmpty, text.unicodeScalars.count <= limit else {
      throw fault(name, "must have 1 to \(limit) characters, has \(text.unicodeScalars.count)")
    }
    return text
  }

  fileprivate mutating func requiredText(_ name: String, atMost limit: Int) throws -> String {
    guard let text = try text(name, atMost: limit) else {
      throw fault(name, "this field is missing")
    }
    return text
  }

  /// `working_days` or `due`, one of them.
  fileprivate mutating func deadline() throws -> TaskDeadline {
    let days: Int? = try optional("working_days")
    let date: DateOnly? = try optional("due")
    switch (days, date) {
    case (let days?, nil) where (1...1000).contains(days): return .workingDays(days)
    case (let days?, nil): throw fault("working_days", "\(days) is not within 1 to 1000")
    case (nil, let date?): return .on(date)
    default: throw fault("due", "give either working_days or due")
    }
  }
}
