import Matching
import Postgres
import Testing

@testable import Allocation

@Suite("Certificates of the knapsack form: engine, SQL and verifier agree")
struct KnapsackCertificateTests {
  @Test(
    "Random rounds, with the engine's prices and with drawn ones",
    arguments: LumpyProblem.Size.allCases)
  func agreement(size: LumpyProblem.Size) async throws {
    let rounds = try (0..<15).flatMap { seed -> [SolvedRound] in
      let round = try SolvedRound(lumpy: LumpyProblem.random(seed: seed, size: size))
      return [round, try round.withDrawnPrices(seed: seed)]
    }
    // The engine itself must have chosen the form at times, or half of this says nothing.
    let own = rounds.filter { $0.solution.certificate.form == "knapsack" }.count - 15
    #expect(own > 0)
    try await Office.with(Office.empty) { database, superuser in
      let ids = try await SolvedRound.store(rounds, in: database.pool)
      let recomputed = try await superuser.query(
        """
        SELECT recomputed_objective::bigint, recomputed_bound::bigint FROM report.certificate
        WHERE round_id = ANY(\(ids)) ORDER BY round_id
        """
      ).decode(Int64.self, Int64.self)
      #expect(recomputed.map(\.0) == rounds.map(\.solution.objective))
      #expect(recomputed.map(\.1) == rounds.map(\.solution.bound))
      let faults = try await Verification(pool: database.pool).run(.all).flatMap(\.faults)
      #expect(faults == [])
    }
  }

  @Test("No positive item, no item at all, no row at all")
  func nothingToPack() async throws {
    let dear = LumpyProblem.random(seed: 1, size: .land)
    let none = RoundProblem(requests: [], rows: dear.rows)
    let bare = RoundProblem(requests: dear.requests.map(\.withoutOptions), rows: [])
    let rounds = try [dear, none, bare].map { problem in
      let round = try SolvedRound(lumpy: problem)
      return try round.with(
        .knapsack(
          scale: 1, rowPrices: problem.rows.map { $0.kind == "parcel" ? nil : 0 },
          requestPrices: problem.requests.map { _ in 1 << 40 }))
    }
    try await Office.with(Office.empty) { database, _ in
      _ = try await SolvedRound.store(rounds, in: database.pool)
      let faults = try await Verification(pool: database.pool).run(.all).flatMap(\.faults)
      #expect(faults == [])
    }
  }

  @Test("A city's land round, just stored, is recomputed within seconds")
  func citySize() async throws {
    let problem = LumpyProblem.random(
      seed: 7, size: .land, requests: 260, parcels: 170, options: 20)
    let round = try SolvedRound(unserved: problem).withDrawnPrices(seed: 7)
    try await Office.with(Office.empty) { database, superuser in
      _ = try await SolvedRound.store([round], in: database.pool)
      try await superuser.transaction { connection in
        // A fifth of a second on an idle machine; what must not be is a plan that joins each with all.
        try await connection.execute("SET LOCAL statement_timeout = '10s'")
        let bound = try await connection.query(
          "SELECT recomputed_bound::bigint FROM report.certificate"
        )
        .only(Int64.self)
        #expect(bound == round.solution.bound)
      }
    }
  }

  private static let forgeries: [(what: String, statement: SQL)] = [
    ("bound", "UPDATE allocation.round_row SET price = price + 100000 WHERE kind = 'quota'"),
    ("bound", "UPDATE allocation.round_row SET price = 0 WHERE row = 'parcel:parcel-0'"),
    ("price_range", "UPDATE allocation.round_row SET price = -1 WHERE row = 'quota:quota-0'"),
    ("kept_row", "UPDATE allocation.round_row SET price = NULL WHERE row = 'quota:quota-2'"),
    ("kept_row", "UPDATE allocation.round_row SET price = NULL WHERE row = 'quota:quota-0'"),
    ("kept_row", "UPDATE allocation.round_row SET lower = 1 WHERE row = 'parcel:parcel-0'"),
    ("bound", "UPDATE allocation.round_request SET price = price + 1000000"),
    ("request_price", "UPDATE allocation.round_request SET price = NULL WHERE request_no = 1"),
    ("request_price", "UPDATE allocation.round SET certificate = 'price'"),
    ("price_range", "UPDATE allocation.round SET certificate = 'price'"),
    ("bound", "UPDATE allocation.round_row SET upper = upper + 1000000 WHERE kind = 'parcel'"),
    ("objective", "UPDATE allocation.round_request SET chosen = NULL WHERE chosen IS NOT NULL"),
    (
      "content_digest",
      """
      UPDATE allocation.round_use SET amount = amount + 1
      WHERE (request_no, option_no, row_no) =
        (SELECT request_no, option_no, row_no FROM allocation.round_use ORDER BY 1, 2, 3 LIMIT 1)
      """
    ),
  ]

  @Test("One stored figure changed by hand", arguments: forgeries.indices)
  func forgery(index: Int) async throws {
    let (what, statement) = Self.forgeries[index]
    let round = try SolvedRound(lumpy: LumpyProblem.random(seed: 4, size: .land, requests: 20))
      .withDrawnPrices(seed: 4)
    try await Office.with(Office.empty) { database, superuser in
      _ = try await SolvedRound.store([round], in: database.pool)
      let honest = try await Verification(pool: database.pool).run(.all).flatMap(\.faults)
      #expect(honest == [])
      try await superuser.transaction { connection in
        try await connection.execute("SET LOCAL session_replication_role = replica")
        try await connection.execute(statement)
      }
      let faults = try await Verification(pool: database.pool).run(.all).flatMap(\.faults)
      #expect(faults.contains { $0.hasPrefix(what) }, "\(faults)")
      #expect(
        faults.contains { $0.hasPrefix("report.certificate_violation: \(what)") }, "\(faults)")
    }
  }
}

extension RoundProblem.Request {
  fileprivate var withoutOptions: RoundProblem.Request {
    RoundProblem.Request(
      number: number, uscc: uscc, enterprise: enterprise, options: [], refusals: refusals)
  }
}
