import Matching
public import Postgres

/// Writes a solved round and its offers, all in the caller's transaction.
public struct RoundStore: Sendable {
  let connection: Connection

  public init(_ connection: Connection) {
    self.connection = connection
  }

  /// Stores a round with everything that verification, explanation and differences need.
  ///
  /// - Parameters:
  ///   - kind: `nightly` or `what_if`.
  ///   - startedAt: when the round began, by the caller's clock.
  /// - Returns: the round's number.
  /// - Throws: ``PostgresError``; a second nightly round of the same scope violates `round_one_night`.
  /// - Precondition: an audit event is open.
  public func store(
    _ round: SolvedRound, kind: String, startedAt: Timestamp
  ) async throws -> Int {
    let id = try await storeHeader(round, kind: kind, startedAt: startedAt)
    try await storeRows(round, id)
    try await storeRequests(round, id)
    try await storeOptions(round, id)
    try await storeUses(round, id)
    try await storeRefusals(round, id)
    try await storeUnserved(round, id)
    try await storeRanks(round, id)
    try await storeMatchings(round, id)
    _ = try await connection.execute(
      """
      INSERT INTO allocation.round_snapshot (round_id, snapshot)
      VALUES (\(id), \(round.snapshot)::json)
      """)
    return id
  }

  private func storeHeader(
    _ round: SolvedRound, kind: String, startedAt: Timestamp
  ) async throws -> Int {
    let solution = round.solution
    let milliseconds = Numeric(mantissa: round.solveTime.microseconds, scale: 3) ?? 0
    let ids = try await connection.query(
      """
      INSERT INTO allocation.round (mechanism, jurisdiction, business_date, kind, status,
        policy_version, seed, input_digest, content_digest, requests, options, assigned, objective,
        bound, certificate, scale, algorithm, solve_ms, started_at, finished_at)
      VALUES (\(round.scope.mechanism.rawValue), \(round.scope.jurisdiction),
        \(round.scope.businessDate), \(kind), \(solution.status.rawValue), \(round.policyVersion),
        \(round.seed), \(round.inputDigest), \(round.contentDigest),
        \(round.problem.requests.count), \(round.optionCount),
        \(solution.assigned), \(solution.objective), \(solution.bound),
        \(solution.certificate.form), \(solution.certificate.scale), \(solution.algorithm),
        \(milliseconds), \(startedAt), clock_timestamp())
      RETURNING round_id
      """
    ).decode(Int.self)
    guard let id = ids.first else { throw RoundError.notFound("the round was not stored") }
    return id
  }

  private func storeRows(_ round: SolvedRound, _ id: Int) async throws {
    let prices = round.solution.certificate.rowPrices
    _ = try await connection.copyIn(
      into: "allocation.round_row",
      columns: [
        "round_id", "row_no", "row", "kind", "resource", "unit", "lower", "upper", "penalty",
        "price",
      ]
    ) { writer in
      for (number, row) in round.problem.rows.enumerated() {
        try await writer.write(
          id, Int32(number), row.name, row.kind, row.resource, row.unit, row.lower, row.upper,
          row.penalty, prices[number])
      }
    }
  }

  private func storeRequests(_ round: SolvedRound, _ id: Int) async throws {
    let prices = round.solution.certificate.requestPrices
    _ = try await connection.copyIn(
      into: "allocation.round_request",
      columns: [
        "round_id", "request_no", "request", "uscc", "enterprise", "lottery", "price", "chosen",
      ]
    ) { writer in
      for (number, request) in round.problem.requests.enumerated() {
        let choice = round.solution.choices[number]
        try await writer.write(
          id, Int32(number), request.number, request.uscc, request.enterprise,
          Lottery.text(Lottery.number(seed: round.seed, subject: request.number)),
          prices?[number], choice < 0 ? nil : choice)
      }
    }
  }

  private func storeOptions(_ round: SolvedRound, _ id: Int) async throws {
    _ = try await connection.copyIn(
      into: "allocation.round_option",
      columns: [
        "round_id", "request_no", "option_no", "resource", "detail", "amount", "unit", "score",
      ]
    ) { writer in
      for (number, request) in round.problem.requests.enumerated() {
        for (index, option) in request.options.enumerated() {
          try await writer.write(
            id, Int32(number), Int32(index), option.resource, option.detailJSON, option.amount,
            option.unit, option.score)
        }
      }
    }
  }

  private func storeUses(_ round: SolvedRound, _ id: Int) async throws {
    let rowNumbers = round.rowNumbers
    _ = try await connection.copyIn(
      into: "allocation.round_use",
      columns: ["round_id", "request_no", "option_no", "row_no", "amount"]
    ) { writer in
      for (number, request) in round.problem.requests.enumerated() {
        for (index, option) in request.options.enumerated() {
          for use in option.uses {
            guard let row = rowNumbers[use.row] else {
              throw RoundError.unknownRow(request: request.number, row: use.row)
            }
            try await writer.write(id, Int32(number), Int32(index), Int32(row), use.amount)
          }
        }
      }
    }
  }

  private func storeRefusals(_ round: SolvedRound, _ id: Int) async throws {
    _ = try await connection.copyIn(
      into: "allocation.round_refusal",
      columns: ["round_id", "request_no", "rule", "needed", "resources", "found"]
    ) { writer in
      for (number, request) in round.problem.requests.enumerated() {
        for failed in request.failures {
          try await writer.write(
            id, Int32(number), failed.rule, failed.needed, failed.resources, failed.found)
        }
      }
    }
  }

  private func storeUnserved(_ round: SolvedRound, _ id: Int) async throws {
    let rowNumbers = round.rowNumbers
    _ = try await connection.copyIn(
      into: "allocation.round_unserved",
      columns: [
        "round_id", "request_no", "reason", "row_no", "smallest_change", "explanation_zh",
        "explanation_en",
      ]
    ) { writer in
      for unserved in round.unserved {
        try await writer.write(
          id, Int32(unserved.request), unserved.reason.rawValue,
          unserved.row.flatMap { rowNumbers[$0] }.map { Int32($0) },
          JSONText(unserved.smallestChange.json), unserved.explanation[.chinese] ?? "",
          unserved.explanation[.english] ?? "")
      }
    }
  }
}
