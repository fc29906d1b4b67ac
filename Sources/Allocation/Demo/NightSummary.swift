public import Postgres

/// One night on one screen: what was asked, what was matched, how well, and why not more.
public struct NightSummary: Sendable {
  struct Round: Decodable, Sendable {
    let roundID: Int
    let mechanism: String
    let businessDate: DateOnly
    let requests: Int
    let options: Int
    let assigned: Int
    let objective: Int64
    let bound: Int64
    let status: String
    let algorithm: String
    let solveMilliseconds: Numeric
    let inputDigest: String
  }

  struct DearRow: Decodable, Sendable {
    let row: String
    let kind: String
    let resource: String
    let unit: String
    let used: Numeric
    let upper: Int64
    let price: Numeric
  }

  struct Example: Decodable, Sendable {
    let request: String
    let enterprise: String
    let reason: String
    let explanation: String
  }

  let round: Round
  /// What verification found wrong with the round.
  let faults: [String]
  let dearRows: [DearRow]
  let examples: [Example]

  /// The number of a request that got nothing, to go on with.
  public var exampleRequest: String? { examples.first?.request }
}

extension NightSummary {
  /// Reads the summary of a verified round from the report views.
  ///
  /// - Throws: ``RoundError/notFound(_:)``.
  public static func load(
    _ finding: Verification.Finding, from connection: Connection
  ) async throws -> NightSummary {
    let id = finding.roundID
    let rounds = try await connection.query(
      """
      SELECT r.round_id AS "roundID", r.mechanism, r.business_date AS "businessDate", r.requests,
        r.options, r.assigned, r.objective, r.bound, r.status, r.algorithm, r.solve_ms AS "solveMilliseconds", r.input_digest AS "inputDigest"
      FROM report.round r
      WHERE r.round_id = \(id)
      """
    ).records(as: Round.self)
    guard let round = rounds.first else { throw RoundError.notFound("there is no round \(id)") }
    return NightSummary(
      round: round, faults: finding.faults,
      dearRows: try await connection.query(
        """
        SELECT row, kind, resource, unit, used, upper, price FROM report.row_usage
        WHERE round_id = \(id) AND price > 0 ORDER BY price DESC, row LIMIT 5
        """
      ).records(as: DearRow.self),
      examples: try await connection.query(
        """
        SELECT request, coalesce(enterprise, '') AS enterprise, reason, explanation FROM (
          SELECT *, row_number() OVER (PARTITION BY reason ORDER BY request) AS place
          FROM report.unserved WHERE round_id = \(id)) u
        ORDER BY place, reason, request LIMIT 3
        """
      ).records(as: Example.self))
  }

  /// The screen, line by line.
  public func lines(glossary: Glossary) -> [String] {
    header(glossary) + rowLines(glossary) + exampleLines(glossary)
  }

  private func header(_ glossary: Glossary) -> [String] {
    let gap = round.bound - round.objective
    // Without a fault the bound that SQL recomputed is the stored one.
    let proof =
      faults.isEmpty
      ? "证明 certificate    SQL 重算上界 recomputed bound \(round.bound)，无不符 no violation"
      : "证明 certificate    \(faults.count) 处不符 violations: report.certificate_violation"
    return [
      "轮次 round \(round.roundID)   \(round.mechanism)   业务日 business date \(round.businessDate)",
      "诉求 requests       \(round.requests)，可选项 options \(round.options)",
      "\(glossary.served.chinese) matched        \(round.assigned)，总分 objective \(round.objective)",
      "差距 gap            \(gap)，\(share(gap, of: round.bound)) %"
        + "（上界 bound \(round.bound)，\(round.status)）",
      proof,
      "求解 solved         \(round.algorithm)，\(round.solveMilliseconds) ms",
      "输入摘要 input       \(round.inputDigest)",
    ]
  }

  /// A share in percent with two decimals, rounded up: a gap is never shown smaller than it is.
  private func share(_ part: Int64, of whole: Int64) -> String {
    guard part > 0, whole > 0 else { return "0" }
    let hundredths = (Int128(part) * 10_000 + Int128(whole) - 1) / Int128(whole)
    let decimals = String(hundredths % 100)
    return "\(hundredths / 100)." + (decimals.count < 2 ? "0" : "") + decimals
  }

  private func rowLines(_ glossary: Glossary) -> [String] {
    guard !dearRows.isEmpty else { return [] }
    return ["", "最紧缺的资源 dearest rows（影子价格：多一单位可多得的分 price of one unit more）"]
      + dearRows.map { row in
        let name = glossary.rows[row.kind]?.chinese ?? row.kind
        return "  \(row.price.reduced)  \(name) \(row.resource)"
          + "（\(row.used.reduced)/\(row.upper) \(row.unit)）"
      }
  }

  private func exampleLines(_ glossary: Glossary) -> [String] {
    guard !examples.isEmpty else { return [] }
    return ["", "为何未\(glossary.served.chinese) why not"]
      + examples.flatMap {
        [
          "  \($0.request)\($0.enterprise.isEmpty ? "" : " ")\($0.enterprise) [\($0.reason)]",
          "    \($0.explanation)",
        ]
      }
  }
}
