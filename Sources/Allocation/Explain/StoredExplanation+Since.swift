public import Postgres

extension StoredExplanation {
  /// What has become of a request beside what its latest round says: the offers made to it, and what
  /// consultations have decided about it.
  public struct Since: Sendable {
    public var offers: [Offer] = []
    public var decisions: [Decision] = []

    /// The offer or commitment that the request has now.
    public var live: Offer? { offers.last { ["offered", "accepted"].contains($0.state) } }
  }

  public struct Offer: Decodable, Sendable {
    public let offerID: Int
    public let resource: String
    public let amount: Numeric
    public let unit: String
    public let state: String
    public let dueOn: DateOnly
    public let answeredOn: DateOnly?
    /// Why it was declined or released.
    public let causeChinese: String?
    public let causeEnglish: String?
    /// The consultation's decision that gave it, if one did.
    public let sessionOn: DateOnly?
    public let conclusion: Int?
  }

  /// A decision about the request: refused, put off, a threshold waived, a parcel kept, a task given.
  public struct Decision: Decodable, Sendable {
    public let sessionOn: DateOnly
    public let conclusion: Int
    public let kind: String
    public let parcel: String?
    public let rule: String?
    public let untilOn: DateOnly?
    public let department: String?
    public let dueOn: DateOnly?
    public let reasonCode: String?
    public let reasonChinese: String?
    public let reasonEnglish: String?
    public let legalBasis: String?
    public let note: String?
  }

  static func since(_ header: Header, _ connection: Connection) async throws -> Since {
    Since(
      offers: try await connection.query(
        """
        SELECT o.offer_id AS "offerID", o.resource, trim_scale(o.amount) AS amount, o.unit, o.state,
          o.due_on, o.answered_on, c.meaning AS "causeChinese", c.meaning_en AS "causeEnglish",
          d.session_on, d.conclusion::bigint AS conclusion
        FROM allocation.offer o
        LEFT JOIN land.decision d USING (decision_id)
        LEFT JOIN allocation.answer_code c ON (c.mechanism, c.code) = (o.mechanism, o.answer_code)
        WHERE o.mechanism = \(header.mechanism) AND o.request = \(header.request)
        ORDER BY o.offer_id
        """
      ).records(as: Offer.self),
      decisions: header.mechanism == MechanismName.land.rawValue
        ? try await decisions(header.request, connection) : [])
  }

  private static func decisions(
    _ request: String, _ connection: Connection
  ) async throws -> [Decision] {
    try await connection.query(
      """
      SELECT d.session_on, d.conclusion::bigint AS conclusion, d.kind, d.parcel, d.rule, d.until_on,
        land.department_name(d.department) AS department, d.due_on, d.reason_code,
        c.meaning AS "reasonChinese", c.meaning_en AS "reasonEnglish", d.legal_basis, d.note
      FROM land.decision d
      LEFT JOIN land.refusal_code c ON c.code = d.reason_code
      WHERE d.request = \(request) AND d.kind <> 'allocate'
      ORDER BY d.decision_id
      """
    ).records(as: Decision.self)
  }
}
