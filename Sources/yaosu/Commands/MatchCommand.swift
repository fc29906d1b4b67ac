import Allocation
import ArgumentParser
import Postgres

struct MatchCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "match",
    abstract: "Record what a bank or an enterprise reports of a recommended loan.",
    discussion: """
      The service recommends; the bank decides; this records it:
      acknowledge, diligence, then approve, reduce (--amount) or decline (--code), then sign (--rate), \
      draw, repay; abandon after an approval, withdraw before one. See report.finance_match for \
      what is under way and finance.match_arrow for what may follow what.
      """)

  /// The words of the steps.
  enum Word: String, CaseIterable, ExpressibleByArgument {
    case acknowledge, diligence, approve, reduce, decline, sign, draw, repay, abandon, withdraw
  }

  @Argument(help: "What happened.")
  var step: Word

  @Argument(help: "The request's number.")
  var request: String

  @Argument(help: "The bank's code.")
  var bank: String

  @Option(name: .customLong("by"), help: "Who reports it.")
  var person: String

  @Option(help: "The reduced amount, in 10,000 yuan.")
  var amount: Int64?

  @Option(help: "The signed rate, % a year.")
  var rate: Numeric?

  @Option(help: "The reason's code, from allocation.answer_code.")
  var code: String?

  @Option(help: "What else is to be said.")
  var note: String?

  @Option(help: "The day of the step (default: today in Asia/Shanghai).")
  var date: DateOnly?

  @OptionGroup var database: DatabaseOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    for (name, isGiven, owner) in [
      ("--amount", amount != nil, Word.reduce), ("--rate", rate != nil, .sign),
      ("--code", code != nil, .decline),
    ] {
      if step == owner, !isGiven { throw ValidationError("\(owner.rawValue) needs \(name).") }
      if step != owner, isGiven { throw ValidationError("\(name) belongs to \(owner.rawValue).") }
    }
    if note != nil, ![.decline, .abandon, .withdraw].contains(step) {
      throw ValidationError("--note belongs to decline, abandon and withdraw.")
    }
  }

  func run() async throws {
    guard let matchStep else { return }
    let (request, bank, person) = (request, bank, person)
    let date = date ?? .todayInShanghai
    try await database.withDatabase { database in
      try await database.requireSchema()
      try await MatchDesk(pool: database.pool, actor: "\(person) (yaosu match)")
        .record(matchStep, request: request, bank: bank, by: person, on: date)
    }
    try output.show(Report(request: request, bank: bank, state: matchStep.state, on: "\(date)")) {
      ["\(request) → \(bank): \(matchStep.state.rawValue) on \(date)"]
    }
  }

  /// `nil` only for what `validate` refuses.
  private var matchStep: MatchStep? {
    switch step {
    case .acknowledge: .acknowledge
    case .diligence: .beginDueDiligence
    case .approve: .approve
    case .reduce: amount.map { .reduce(toWan: $0) }
    case .decline: code.map { .decline(code: $0, note: note) }
    case .sign: rate.map { .sign(ratePct: $0) }
    case .draw: .draw
    case .repay: .repay
    case .abandon: .abandon(note: note)
    case .withdraw: .withdraw(note: note)
    }
  }

  /// What was recorded, as one JSON object.
  private struct Report: Encodable {
    let request: String
    let bank: String
    let state: MatchState
    let on: String
  }
}
