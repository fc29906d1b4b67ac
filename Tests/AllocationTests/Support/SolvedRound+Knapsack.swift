import Foundation
import Postgres

@testable import Allocation
@testable import Matching

extension SolvedRound {
  static let knapsackScope = RoundScope(
    mechanism: .land, jurisdiction: "341800", businessDate: TechVPFixture.day("2026-11-20"))

  /// A problem as the engine solves it, with the engine's own certificate.
  init(lumpy problem: RoundProblem) throws {
    let matching = try problem.matchingProblem(seed: Self.knapsackScope.seed)
    try self.init(
      problem, Engine.solve(matching, options: SolveOptions(workLimit: 20_000)))
  }

  /// A problem of which nothing is chosen; its certificate is still to come.
  init(unserved problem: RoundProblem) throws {
    let matching = try problem.matchingProblem(seed: Self.knapsackScope.seed)
    let choices = [Int32](repeating: -1, count: problem.requests.count)
    try self.init(
      problem,
      Solution(
        choices: choices, objective: matching.objective(of: choices), bound: .max, status: .within,
        algorithm: "none",
        certificate: .price(scale: 1, rowPrices: problem.rows.map { _ in 0 }), isProvedBest: false,
        entryCosts: nil,
        entryRows: nil))
  }

  /// The same answer with other prices that are as good as any: a certificate of the knapsack form
  /// keeps parcels, and its bound is true for whatever prices are drawn.
  func withDrawnPrices(seed: Int) throws -> SolvedRound {
    var random = SplitMix(seed: seed)
    let scale: Int64 = [1, 10, 1000].randomElement(using: &random) ?? 1
    let scores = problem.requests.flatMap { $0.options.map(\.score) }
    let certificate = Certificate.knapsack(
      scale: scale,
      rowPrices: problem.rows.map { row in
        if row.kind == "parcel" { return nil }
        return Int64.random(in: (row.lower == 0 ? 0 : -row.penalty * scale)...scale, using: &random)
      },
      requestPrices: problem.requests.map { _ in
        Int64.random(in: 0...max(1, (scores.max() ?? 0) / 3), using: &random) * scale
      })
    return try with(certificate)
  }

  /// The same answer with another certificate, whose bound the engine computes.
  func with(_ certificate: Certificate) throws -> SolvedRound {
    let bound = Int64(try certificate.bound(for: problem.matchingProblem(seed: seed)))
    let objective = solution.objective
    return try SolvedRound(
      problem,
      Solution(
        choices: solution.choices, objective: objective, bound: bound,
        status: bound == objective ? .optimal : .within, algorithm: "given",
        certificate: certificate, isProvedBest: false, entryCosts: nil, entryRows: nil))
  }

  init(_ problem: RoundProblem, _ solution: Solution) throws {
    let scope = Self.knapsackScope
    let advisor = Advisor(problem: problem, solution: solution, glossary: TechVP.glossary)
    self.init(
      scope: scope, policyVersion: 1,
      deadline: Deadline(day: scope.businessDate, isProvisional: false), seed: scope.seed,
      inputDigest: String(repeating: "0", count: 64), snapshot: JSONText("{}"), problem: problem,
      solution: solution,
      unserved: try problem.requests.indices.filter { solution.choices[$0] < 0 }.map {
        try advisor.unserved($0) { _, _ in [] }
      }, solveTime: .zero)
  }

  /// Stores rounds as what-ifs (which have no offers), in order.
  static func store(_ rounds: [SolvedRound], in pool: Pool) async throws -> [Int] {
    try await pool.transaction { connection in
      try await connection.beginEvent(Cause(actor: "test", reason: "test", action: "store"))
      try await connection.execute(
        """
        INSERT INTO registry.regions (code, name, kind) VALUES ('341800', '宣城市', 'prefecture')
        ON CONFLICT DO NOTHING
        """)
      let now = try await connection.query("SELECT clock_timestamp()").only(Timestamp.self)
      var ids: [Int] = []
      for round in rounds {
        ids.append(try await RoundStore(connection).store(round, kind: "what_if", startedAt: now))
      }
      return ids
    }
  }
}
