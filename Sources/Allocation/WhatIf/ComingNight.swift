import Foundation
import Postgres

/// What the night after a stored land round would find: the data as they are now, in which live offers
/// and commitments stand. A round re-opens none of them.
struct ComingNight: Sendable {
  let scope: RoundScope
  let snapshot: LandSnapshot
  let policy: Policy
  /// Live offers, and what the stored round has given beyond them.
  let standing: [StandingOffer]

  /// Reads it, in one REPEATABLE READ transaction of the caller.
  ///
  /// - Parameters:
  ///   - round: the stored round: what was accepted of it counts with the offers.
  ///   - scope: of the night to come.
  /// - Throws: ``PolicyError``; ``PostgresError``.
  static func load(
    after round: Int, in scope: RoundScope, from connection: Connection
  ) async throws -> ComingNight {
    let snapshot = try await Land.snapshot(in: scope, from: connection)
    return ComingNight(
      scope: scope, snapshot: snapshot,
      policy: try await Policy.inForce(on: scope.businessDate, from: connection),
      standing: try await StandingOffer.live(after: round, scope, snapshot, from: connection))
  }
}

/// An offer or a commitment that the next night leaves as it is.
public struct StandingOffer: Sendable {
  public let offerID: Int
  public let request: LandRequest
  /// What was given, with what it uses of the rows of the night to come.
  let option: RoundProblem.Option
  let holdings: [Offer.Holding]
  /// Whether nobody has accepted it yet, so that the office may withdraw it.
  let isOpen: Bool

  var parcel: String { option.resource }

  /// What counts in a round's result.
  var settled: SettledRequest {
    SettledRequest(
      request: RoundProblem.Request(
        number: request.number, uscc: request.uscc, enterprise: request.enterprise,
        options: [option], failures: []),
      option: option)
  }
}

extension StandingOffer {
  /// Live offers on a date, whichever round made them, and commitments that a stored round led to.
  fileprivate static func live(
    after round: Int, _ scope: RoundScope, _ snapshot: LandSnapshot, from connection: Connection
  ) async throws -> [StandingOffer] {
    let condition: SQL = """
      o.mechanism = 'land' AND o.jurisdiction = \(scope.jurisdiction)
        AND (o.state = 'offered' OR o.round_id = \(round))
      """
    let offers = try await connection.query(
      """
      SELECT o.offer_id AS "offerID", o.request, o.resource, o.detail::text AS detail, o.amount,
        o.unit, o.score, o.state
      FROM allocation.live_offers(\(scope.businessDate)) o WHERE \(condition)
      ORDER BY o.offer_id
      """
    ).records(as: Record.self)
    let uses = try await connection.query(
      """
      SELECT u.offer_id, u.lot, u.amount
      FROM allocation.live_offers(\(scope.businessDate)) o JOIN allocation.offer_use u USING (offer_id)
      WHERE \(condition) ORDER BY u.offer_id, u.lot COLLATE "C"
      """
    ).decode(Int.self, String.self, Numeric.self)
    let requests = try await Land.requests(
      "q.number = ANY (\(offers.map(\.request))::text[])", scope, connection)
    let requestByNumber = Dictionary(
      requests.map { ($0.number, $0) }, uniquingKeysWith: { first, _ in first })
    let holdings = Dictionary(grouping: uses, by: \.0).mapValues {
      $0.map { Offer.Holding(lot: $0.1, amount: $0.2.reduced) }
    }
    let rows = LotRows(snapshot)
    return try offers.compactMap { offer in
      guard let request = requestByNumber[offer.request] else { return nil }
      let held = holdings[offer.offerID] ?? []
      return StandingOffer(
        offerID: offer.offerID, request: request, option: try offer.option(rows.uses(of: held)),
        holdings: held, isOpen: offer.state == "offered")
    }
  }

  private struct Record: Decodable {
    let offerID: Int
    let request: String
    let resource: String
    let detail: String
    let amount: Numeric
    let unit: String
    let score: Int64
    let state: String

    func option(_ uses: [RoundProblem.Use]) throws -> RoundProblem.Option {
      RoundProblem.Option(
        resource: resource,
        detail: try JSONDecoder().decode([String: String].self, from: Data(detail.utf8)),
        amount: amount.reduced, unit: unit, score: score, uses: uses)
    }
  }
}

/// The row of each lot of a snapshot.
private struct LotRows {
  private let rows: [String: RoundProblem.Row]

  init(_ snapshot: LandSnapshot) {
    let pairs = ((try? snapshot.rows) ?? []).flatMap { row in row.lots.map { ($0.code, row) } }
    rows = Dictionary(pairs, uniquingKeysWith: { first, _ in first })
  }

  /// What holdings are in units of the rows; a lot that has ended has none.
  func uses(of holdings: [Offer.Holding]) -> [RoundProblem.Use] {
    let amounts = holdings.compactMap { holding -> (String, Int64)? in
      guard let row = rows[holding.lot],
        let units = (try? Fraction(holding.amount).floored(places: row.places))
          .flatMap({ $0.mantissa(atScale: row.places) }).flatMap({ Int64(exactly: $0) })
      else { return nil }
      return (row.name, units)
    }
    return Dictionary(amounts, uniquingKeysWith: +).sorted(byText: \.key)
      .map { RoundProblem.Use(row: $0.key, amount: $0.value) }
  }
}
