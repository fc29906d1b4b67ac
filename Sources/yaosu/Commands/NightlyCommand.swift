import Allocation
import ArgumentParser
import Postgres

struct NightlyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "nightly",
    abstract: "Compute the night's rounds for a business date.",
    discussion: """
      One round for each mechanism and prefecture. A round that exists already is left as it is, \
      so running the command again changes nothing.
      """)

  @Option(help: "The business date (default: today in Asia/Shanghai).")
  var date: DateOnly?

  @Option(help: "A mechanism to compute; may be given again (default: all).")
  var mechanism: [MechanismName] = []

  @OptionGroup var actor: ActorOptions
  @OptionGroup var database: DatabaseOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    let known = Night.mechanisms.map { $0.name }
    for wanted in mechanism where !known.contains(wanted) {
      throw ValidationError(
        "\(wanted.rawValue) \(wanted.chinese) has no rounds yet; there are rounds of "
          + known.map(\.rawValue).joined(separator: ", ") + ".")
    }
  }

  func run() async throws {
    let date = date ?? .todayInShanghai
    let (mechanisms, actor) = (mechanism, actor.name(by: "nightly"))
    let outcomes = try await database.withDatabase { database in
      try await database.requireSchema()
      return try await Night(pool: database.pool, actor: actor)
        .run(on: date, mechanisms: mechanisms) {
          Progress.say("\($0.mechanism.rawValue) \($0.jurisdiction) \($0.businessDate) …")
        }
    }
    try output.show(NightReport(date: date, outcomes: outcomes)) {
      outcomes.isEmpty
        ? ["There is no prefecture yet: `yaosu import` its spreadsheets first."]
        : outcomes.map(NightReport.line)
    }
  }
}

/// What a night did, as one JSON object.
struct NightReport: Encodable {
  struct Round: Encodable {
    let roundID: Int
    let mechanism: String
    let jurisdiction: String
    let wasDone: Bool
    let status: String
    let requests: Int
    let assigned: Int
    let objective: Int64
    let bound: Int64
    let gap: Int64
    let refusedMoves: [Refused]
  }

  /// What a date should have moved and could not.
  struct Refused: Encodable {
    let subjectKind: String
    let subject: String
    let dueOn: String
    let cause: String
    let detail: String

    init(_ move: RefusedMove) {
      subjectKind = move.subjectKind
      subject = move.subject
      dueOn = "\(move.dueOn)"
      cause = move.cause
      detail = move.detail
    }
  }

  let date: String
  let rounds: [Round]

  init(date: DateOnly, outcomes: [Night.Outcome]) {
    self.date = "\(date)"
    rounds = outcomes.map {
      Round(
        roundID: $0.roundID, mechanism: $0.scope.mechanism.rawValue,
        jurisdiction: $0.scope.jurisdiction, wasDone: $0.wasDone, status: $0.status,
        requests: $0.requests, assigned: $0.assigned, objective: $0.objective, bound: $0.bound,
        gap: $0.bound - $0.objective, refusedMoves: $0.refusedMoves.map(Refused.init))
    }
  }

  static func line(_ outcome: Night.Outcome) -> String {
    "round \(outcome.roundID)  \(outcome.scope.mechanism.rawValue) \(outcome.scope.jurisdiction) "
      + "\(outcome.scope.businessDate): \(outcome.assigned) of \(outcome.requests) requests, "
      + "\(outcome.objective) points, gap \(outcome.bound - outcome.objective), \(outcome.status)"
      + (outcome.wasDone ? " (was done before, nothing changed)" : "")
      + outcome.refusedMoves.map { "\n  not moved: \($0)" }.joined()
  }
}
