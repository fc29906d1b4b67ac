import Allocation
import ArgumentParser
import Postgres

struct DecideCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "decide",
    abstract: "Record the decisions of an open session.",
    discussion: """
      The file is a JSON list; each entry has “kind” (allocate, adjust_quota, waive_threshold, \
      hold_parcel, defer, refuse, assign_task) and the fields of its kind, see \
      docs/staff.zh-CN.md. Nothing is recorded if the file cannot be read. Each decision is one \
      transaction: one that is past its rights is refused with the cause and leaves nothing \
      behind, and the others are recorded. Recording the same decision again changes nothing.

      An example file:

        [{"kind": "allocate", "request": "TD2026-00001", "parcel": "XC02-00003", "area_mu": 21.4},
         {"kind": "adjust_quota", "from": "JH-341881-2026", "to": "JH-341802-2026", "amount": 5.5,
          "document_no": "宣自然资〔2026〕9号"},
         {"kind": "assign_task", "department": "county:341881", "working_days": 10,
          "note": "完成清表"}]
      """)

  @Argument(help: ArgumentHelp("The decisions, as JSON; - reads stdin.", valueName: "file.json"))
  var file: String
  @Option(help: "The session's day.") var session: DateOnly
  @Option(
    help: ArgumentHelp(
      "The day on which they are recorded (default: today in Asia/Shanghai).",
      discussion: "Offers that may still be answered on that day stand, whenever the session is."))
  var date: DateOnly?
  @OptionGroup var options: ConsultationOptions

  func run() async throws {
    let motions = try JSONFile.read(file) { try Motion.list(text: $0) }
    let (session, department) = (session, options.department)
    let today = date ?? .todayInShanghai
    let outcomes = try await options.withDesk { desk, database in
      let decisions = DecisionDesk(
        pool: database.pool, jurisdiction: desk.jurisdiction, today: today)
      var outcomes: [DecisionOutcome] = []
      for (place, motion) in motions.enumerated() {
        do {
          let recorded = try await decisions.record(motion, session: session, by: department)
          outcomes.append(DecisionOutcome(place, motion, recorded: recorded))
        } catch let refusal as DecisionRefusal {
          outcomes.append(DecisionOutcome(place, motion, refusal: refusal))
        }
      }
      return outcomes
    }
    try options.output.show(["decisions": outcomes]) { outcomes.map(\.line) }
    if outcomes.contains(where: { $0.refusal != nil }) { throw ExitCode(1) }
  }
}

/// What became of one decision.
struct DecisionOutcome: Encodable {
  let entry: Int
  let kind: String
  let conclusion: Int?
  let offer: Int?
  let cause: String?
  let refusal: String?

  init(_ place: Int, _ motion: Motion, recorded: DecisionDesk.Recorded) {
    (entry, kind) = (place, motion.decision.kind.rawValue)
    (conclusion, offer) = (recorded.conclusion, recorded.offerID)
    (cause, refusal) = (nil, nil)
  }

  init(_ place: Int, _ motion: Motion, refusal: DecisionRefusal) {
    (entry, kind) = (place, motion.decision.kind.rawValue)
    (conclusion, offer) = (nil, nil)
    (cause, self.refusal) = (refusal.code, refusal.description)
  }

  var line: String {
    "/\(entry) \(kind): "
      + (refusal.map { "refused: \($0)" }
        ?? "conclusion \(conclusion ?? 0)" + (offer.map { ", commitment \($0)" } ?? ""))
  }
}
