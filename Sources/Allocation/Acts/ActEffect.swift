internal import Foundation
public import Postgres

/// What an approved act does.
public enum ActEffect: Sendable {
  /// The act is the publication: the record of who published what, and when.
  case publishRound
  case putPolicyInForce(version: Int, from: DateOnly)
  case allocateLand(Motion, session: DateOnly, jurisdiction: String)
  case changeBanks(ChainBankDesk.Change)
}

extension ActEffect {
  /// What came of it.
  public enum Outcome: Sendable {
    case done
    case decided(DecisionDesk.Recorded)
    /// The banks are changed, at so many points.
    case changed(price: Int64)
  }

  /// Does it.
  ///
  /// - Parameters:
  ///   - department: in whose name: that of whoever asked.
  ///   - today: the day on which it is recorded.
  /// - Throws: ``ActRefusal``, ``DecisionRefusal``, ``DesignationError``, ``PostgresError``.
  /// - Precondition: a transaction with an open audit event, in the service's role.
  func perform(
    by department: String, today: DateOnly, on connection: Connection
  ) async throws -> Outcome {
    switch self {
    case .publishRound: return .done
    case .putPolicyInForce(let version, let date):
      try await PolicyDesk.putInForce(version, from: date, on: connection)
      return .done
    case .allocateLand(let motion, let session, let place):
      return .decided(
        try await DecisionDesk(on: connection, jurisdiction: place, today: today)
          .record(motion, session: session, by: department))
    case .changeBanks(let change):
      return .changed(price: try await ChainBankDesk(on: connection).apply(change))
    }
  }

  /// What an act on record does.
  ///
  /// - Throws: ``FieldFault``, ``ActRefusal/unknown``.
  init(_ act: Act) throws {
    // What pins the rows that it names is the database's to write and to compare.
    let reader = try act.kind.reader(of: act.content.text, alsoAllowing: ["versions"])
    self = try act.kind.read(reader, act.subject, act.jurisdiction).effect
  }
}

extension ActWish {
  /// Reads what is to be done.
  ///
  /// - Parameter content: one JSON object with the fields of its kind.
  /// - Throws: ``FieldFault`` naming the field; ``ActRefusal/unknown`` for a subject that cannot be.
  public init(
    _ kind: ActKind, subject: String? = nil, jurisdiction: String?, content: String,
    note: String? = nil
  ) throws {
    let (own, effect) = try kind.read(kind.reader(of: content), subject, jurisdiction)
    self.init(
      kind: kind, subject: own, jurisdiction: kind == .putPolicyInForce ? nil : jurisdiction,
      content: JSONText(content), effect: effect, note: note)
  }
}

extension ActWish {
  /// An override that a session's motion is; `nil` for a motion that is none.
  public init?(_ motion: Motion, session: DateOnly, jurisdiction: String) throws {
    guard case .allocate(let request, let parcel, let area) = motion.decision else { return nil }
    let fields = [
      "session": "\(session)", "request": request, "parcel": parcel, "area_mu": "\(area)",
      "note": motion.note,
    ].compactMapValues(\.self)
    try self.init(.allocateLand, jurisdiction: jurisdiction, content: Self.text(fields))
  }

  private static func text(_ fields: [String: String]) throws -> String {
    String(decoding: try JSONEncoder().encode(fields), as: UTF8.self)
  }

  /// A change of a chain's banks.
  public init(_ change: ChainBankDesk.Change) throws {
    let fields = [
      "chain": change.chain, "lead": change.lead, "partner": change.partner,
      "from": "\(change.from)", "reason": change.reason, "document_no": change.documentNumber,
    ]
    try self.init(
      .changeBanks, jurisdiction: change.jurisdiction, content: Self.text(fields))
  }
}

extension ActKind {
  fileprivate var fields: [String] {
    switch self {
    case .publishRound: []
    case .putPolicyInForce: ["in_force_from"]
    case .allocateLand: ["session", "request", "parcel", "area_mu", "note"]
    case .changeBanks: ["chain", "lead", "partner", "from", "reason", "document_no"]
    }
  }

  /// - Throws: ``FieldFault`` for what is no JSON object of this kind's fields.
  fileprivate func reader(
    of content: String, alsoAllowing more: [String] = []
  ) throws -> ObjectReader {
    let reader = try ObjectReader(JSONValue(text: content, example: "override"), at: "content")
    try reader.allowOnly(fields + more, of: Wording("“\(rawValue)”", "“\(rawValue)”"))
    return reader
  }

  fileprivate func read(
    _ reader: ObjectReader, _ subject: String?, _ jurisdiction: String?
  ) throws -> (subject: String, effect: ActEffect) {
    switch self {
    case .publishRound:
      guard let subject else { throw ActRefusal.unknown }
      return (subject, .publishRound)
    case .putPolicyInForce:
      guard let subject, let version = Int(subject) else { throw ActRefusal.unknown }
      let date = try reader.required("in_force_from", .date)
      return (subject, .putPolicyInForce(version: version, from: date))
    case .allocateLand:
      guard let jurisdiction else { throw ActRefusal.unknown }
      let request = try reader.required("request", .text)
      let motion = Motion(
        .allocate(
          request: request, parcel: try reader.required("parcel", .text),
          area: try reader.required("area_mu", .amount)),
        note: try reader.optional("note", .text(atMost: 400)))
      let session = try reader.required("session", .date)
      return (request, .allocateLand(motion, session: session, jurisdiction: jurisdiction))
    case .changeBanks:
      guard let jurisdiction else { throw ActRefusal.unknown }
      let change = ChainBankDesk.Change(
        jurisdiction: jurisdiction, chain: try reader.required("chain", .text),
        lead: try reader.required("lead", .text), partner: try reader.required("partner", .text),
        from: try reader.required("from", .date),
        reason: try reader.required("reason", .text(atMost: 400)),
        documentNumber: try reader.required("document_no", .text(atMost: 100)))
      return (change.chain, .changeBanks(change))
    }
  }
}
