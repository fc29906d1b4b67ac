import Foundation
public import Postgres

/// Everything the latest round knows about one request.
public struct StoredExplanation: Sendable {
  public struct Header: Decodable, Sendable {
    public let roundID: Int
    public let mechanism: String
    public let status: String
    public let jurisdiction: String
    public let businessDate: DateOnly
    public let requestNumber: Int
    public let request: String
    public let uscc: String
    public let enterprise: String
    public let lottery: String
    public let chosen: Int?
    public let reason: String?
    public let smallestChange: String?
    public let chinese: String?
    public let english: String?
  }

  /// An option with its cost at the round's prices.
  public struct Option: Decodable, Sendable {
    public let option: Int
    public let resource: String
    /// The institution post that belongs to a host post; `nil` in the other mechanisms.
    public let institutionPost: String?
    public let score: Int64
    /// Points at the shadow prices; what the option's rows are worth to the others.
    public let cost: Numeric
    /// The row that weighs most in the cost, if any has a price.
    public let dearestRow: String?
    public let dearestPrice: Numeric?

    /// What the option is called.
    var name: String { [resource, institutionPost].compactMap(\.self).joined(separator: " + ") }
  }

  /// A rule that a resource fails.
  public struct Refusal: Decodable, Sendable {
    public let resource: String
    public let rule: String
    public let needed: String
    public let found: String
  }

  public let header: Header
  public let options: [Option]
  /// The same of a stable round, by what decides there.
  public let stableOptions: [StableOption]
  public let refusals: [Refusal]
  /// What has become of the request; nothing where rounds up to a date were asked for.
  public let since: Since
  /// Changes of the request's figures that are proved by solving again, on demand; they take the place
  /// of those that the night stored. `nil` where nobody asked.
  public private(set) var proven: [SmallestChange.RuleChange]?
}

extension StoredExplanation {
  /// The explanation of an unserved land request with the smallest changes that would have won;
  /// others stay as they are.
  ///
  /// - Complexity: that of ``LandAdvice``.
  public func proving(on base: LandWhatIf.Base) throws -> StoredExplanation {
    guard header.mechanism == MechanismName.land.rawValue, header.chosen == nil, since.live == nil
    else { return self }
    var explanation = self
    explanation.proven = try LandAdvice(header.request, on: base).changes
    return explanation
  }

  /// The smallest change that would have won, as the round stored it and as was proved on demand.
  public var smallestChange: SmallestChange? {
    header.smallestChange.flatMap(SmallestChange.init(json:)).map {
      SmallestChange(score: $0.score, figures: proven ?? $0.figures)
    }
  }

  /// What the round said, in a language; without its advice on figures where proofs have taken that place.
  func said(in language: Language, _ glossary: Glossary) -> String {
    let text = (language == .chinese ? header.chinese : header.english) ?? ""
    guard proven != nil else { return text }
    let stored = header.smallestChange.flatMap(SmallestChange.init(json:))?.figures ?? []
    return stored.reduce(text) { $0.replacing($1.advice(glossary).text(in: language), with: "") }
      .trimmingCharacters(in: .whitespaces)
  }
}

extension StoredExplanation {
  /// Reads what the latest nightly round says about a request.
  ///
  /// - Parameter before: only rounds up to this business date count, if given.
  /// - Throws: ``RoundError/notFound(_:)`` if no round has the request.
  public static func load(
    _ request: String, asOf date: DateOnly? = nil, from connection: Connection
  ) async throws -> StoredExplanation {
    let headers = try await connection.query(
      """
      SELECT r.round_id AS "roundID", r.mechanism::text AS mechanism, r.status, r.jurisdiction,
        r.business_date AS "businessDate", q.request_no AS "requestNumber", q.request, q.uscc,
        q.enterprise, q.lottery, q.chosen, u.reason, u.smallest_change::text AS "smallestChange",
        u.explanation_zh AS chinese, u.explanation_en AS english
      FROM allocation.round_request q
      JOIN allocation.round r USING (round_id)
      LEFT JOIN allocation.round_unserved u USING (round_id, request_no)
      WHERE q.request = \(request) AND r.kind = 'nightly'
        AND (\(date)::date IS NULL OR r.business_date <= \(date)::date)
      ORDER BY r.business_date DESC, r.round_id DESC LIMIT 1
      """
    ).records(as: Header.self)
    guard let header = headers.first else {
      throw RoundError.notFound(
        "no round has the request “\(request)”; requests are listed in report.offer and "
          + "report.unserved, and a new one is in the next `yaosu nightly`")
    }
    return StoredExplanation(
      header: header, options: try await options(header, connection),
      stableOptions: try await stableOptions(header, connection),
      refusals: try await refusals(header, connection),
      since: date == nil ? try await since(header, connection) : Since())
  }

  private static func options(
    _ header: Header, _ connection: Connection
  ) async throws -> [Option] {
    try await connection.query(
      """
      SELECT o.option_no AS option, o.resource,
        o.detail ->> 'institution_post' AS "institutionPost", o.score,
        trim_scale(coalesce(sum(k.price::numeric * u.amount), 0) / max(r.scale)) AS cost,
        (array_agg(k.row ORDER BY k.price::numeric * u.amount DESC, k.row)
          FILTER (WHERE k.price > 0))[1]
          AS "dearestRow",
        trim_scale((array_agg(k.price::numeric / r.scale
            ORDER BY k.price::numeric * u.amount DESC, k.row)
          FILTER (WHERE k.price > 0))[1]) AS "dearestPrice"
      FROM allocation.round_option o
      JOIN allocation.round r USING (round_id)
      LEFT JOIN allocation.round_use u USING (round_id, request_no, option_no)
      LEFT JOIN allocation.round_row k USING (round_id, row_no)
      WHERE o.round_id = \(header.roundID) AND o.request_no = \(header.requestNumber)
      GROUP BY o.option_no, o.resource, o.detail, o.score
      ORDER BY o.score - coalesce(sum(k.price::numeric * u.amount), 0) / max(r.scale) DESC,
        o.resource COLLATE "C", o.option_no
      """
    ).records(as: Option.self)
  }

  private static func refusals(
    _ header: Header, _ connection: Connection
  ) async throws -> [Refusal] {
    try await connection.query(
      """
      SELECT pair.resource, f.rule, f.needed, pair.found
      FROM allocation.round_refusal f
      CROSS JOIN LATERAL unnest(f.resources, f.found) AS pair (resource, found)
      WHERE f.round_id = \(header.roundID) AND f.request_no = \(header.requestNumber)
      ORDER BY count(*) OVER (PARTITION BY pair.resource), pair.resource COLLATE "C", f.rule
      """
    ).records(as: Refusal.self)
  }
}
