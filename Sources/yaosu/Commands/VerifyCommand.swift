import Allocation
import ArgumentParser
import Postgres

struct VerifyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Recompute stored rounds by code that shares nothing with the engine.",
    discussion: """
      Objective, feasibility, bound, lottery, digests and offers of each round, the SQL views of \
      the certificate, and the audit chain. Exit status 1 on any difference.
      """)

  @Option(help: "Only the rounds of this business date.")
  var date: DateOnly?

  @Option(help: "Only this round.")
  var round: Int?

  @OptionGroup var database: DatabaseOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if date != nil && round != nil {
      throw ValidationError("Give --date or --round, not both.")
    }
  }

  func run() async throws {
    let subject = subject
    let (findings, auditFaults, designationFaults) = try await database.withDatabase { database in
      try await database.requireSchema()
      let verification = Verification(pool: database.pool)
      return (
        try await verification.run(subject), try await verification.auditFaults(),
        try await verification.designationFaults()
      )
    }
    let report = VerifyReport(
      findings, auditFaults: auditFaults, designationFaults: designationFaults)
    try output.show(report) { report.lines }
    if !report.isHonest { throw ExitCode(1) }
  }

  private var subject: Verification.Subject {
    if let round { return .round(round) }
    if let date { return .date(date) }
    return .all
  }
}

/// What a verification found, as one JSON object.
struct VerifyReport: Encodable {
  struct Round: Encodable {
    let roundID: Int
    let mechanism: String
    let jurisdiction: String
    let date: String
    let objective: Int64
    let bound: Int64
    let faults: [String]
  }

  let rounds: [Round]
  let auditFaults: [String]
  let designationFaults: [String]

  init(_ findings: [Verification.Finding], auditFaults: [String], designationFaults: [String]) {
    rounds = findings.map {
      Round(
        roundID: $0.roundID, mechanism: $0.mechanism, jurisdiction: $0.jurisdiction,
        date: "\($0.businessDate)", objective: $0.objective, bound: $0.bound, faults: $0.faults)
    }
    self.auditFaults = auditFaults
    self.designationFaults = designationFaults
  }

  var isHonest: Bool {
    auditFaults.isEmpty && designationFaults.isEmpty && rounds.allSatisfy(\.faults.isEmpty)
  }

  var lines: [String] {
    let details = rounds.flatMap { round -> [String] in
      let name = "round \(round.roundID)  \(round.mechanism) \(round.jurisdiction) \(round.date)"
      guard !round.faults.isEmpty else {
        return [
          "\(name): objective \(round.objective) and bound \(round.bound) recomputed, no difference"
        ]
      }
      return ["\(name): \(round.faults.count) differences"] + round.faults.map { "  \($0)" }
    }
    let audit = auditFaults.isEmpty ? ["audit chain: unbroken"] : auditFaults
    return
      (rounds.isEmpty
      ? ["there is no round yet, so nothing was proved: `yaosu nightly` computes them"] : details)
      + designationFaults
      + audit
  }
}
