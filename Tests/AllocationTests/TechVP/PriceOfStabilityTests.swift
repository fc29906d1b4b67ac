import Postgres
import Testing

@testable import Allocation

/// What each rule gives, counted anew from options and ranks.
@Suite("The price of stability")
struct PriceOfStabilityTests {
  private struct Edge: Decodable {
    let request, option: Int
    let expert: String
    let score: Int64
    let byRequest, byExpert: Int?

    /// Filed ranks come first, then the fit decides; smaller is better.
    func isBetter(than other: Edge, for side: KeyPath<Edge, Int?>) -> Bool {
      switch (self[keyPath: side], other[keyPath: side]) {
      case (let mine?, let theirs?): mine < theirs
      case (_?, nil): true
      case (nil, _?): false
      case (nil, nil): score > other.score
      }
    }
  }

  private struct Figures: Decodable {
    let matching: String
    let matched: Int
    let fit, price: Int64
    let requestRank, expertRank: Double
    let choices: [Int]
  }

  private func edges(_ pool: Pool) async throws -> [Edge] {
    try await pool.query(
      """
      SELECT o.request_no::bigint AS request, o.option_no::bigint AS option, o.resource AS expert,
        o.score, k.by_request::bigint AS "byRequest", k.by_resource::bigint AS "byExpert"
      FROM allocation.round_option o
      LEFT JOIN allocation.round_rank k USING (round_id, request_no, option_no)
      """
    ).records(as: Edge.self)
  }

  @Test("Matched, fit and mean ranks of the best total and of both stable extremes")
  func figures() async throws {
    try await Office.with(TechVPOffice.small) { database, superuser in
      try await database.techVPNight(TechVPOffice.start)
      let edges = try await edges(superuser)
      let told = try await superuser.query(
        """
        SELECT p.matching, p.matched, p.fit::bigint, p.price::bigint,
          p.request_rank::float8 AS "requestRank", p.expert_rank::float8 AS "expertRank",
          m.choices::bigint[] AS choices
        FROM report.price_of_stability p
        JOIN allocation.round_matching m USING (round_id, matching) ORDER BY p.matching
        """
      ).records(as: Figures.self)
      #expect(told.map(\.matching) == ["optimal", "request_optimal", "resource_optimal"])
      let best = try #require(told.first)
      for figures in told {
        let chosen = figures.choices.enumerated().compactMap { request, option in
          edges.first { $0.request == request && $0.option == option }
        }
        #expect(chosen.count == figures.matched && figures.matched > 0)
        #expect(chosen.reduce(0) { $0 + $1.score } == figures.fit)
        #expect(figures.price == best.fit - figures.fit && figures.price >= 0)
        let places = chosen.map { edge in
          (
            1
              + edges.count {
                $0.request == edge.request && $0.isBetter(than: edge, for: \.byRequest)
              },
            1 + edges.count { $0.expert == edge.expert && $0.isBetter(than: edge, for: \.byExpert) }
          )
        }
        func mean(_ places: [Int]) -> Double { Double(places.reduce(0, +)) / Double(places.count) }
        #expect(abs(mean(places.map(\.0)) - figures.requestRank) < 0.0001)
        #expect(abs(mean(places.map(\.1)) - figures.expertRank) < 0.0001)
      }
      #expect(told[1].requestRank <= told[2].requestRank, "requests fare best under their own")
    }
  }
}
