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

      “allocate” overrides what was computed and takes two persons, named by --asked-by and \
      --approved-by.

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
  @OptionGroup var persons: TwoPersonsOptions
  @OptionGroup var options: ConsultationOptions

  func run() async throws {
    let persons = try persons.persons()
    let motions = try JSONFile.read(file) { try Motion.list(text: $0) }
    let (session, department) = (session, options.department)
    let today = date ?? .todayInShanghai
    let outcomes = try await options.withDesk { desk, database in
      let table = DecidingTable(
        pool: database.pool, jurisdiction: desk.jurisdiction, session: session, today: today,
        department: department, persons: persons)
      var outcomes: [DecisionOutcome] = []
      for (place, motion) in motions.enumerated() {
        outcomes.append(try await table.take(motion, at: place))
      }
      return outcomes
    }
    try options.output.show(["decisions": outcomes]) { outcomes.map(\.line) }
    if outcomes.contains(where: { $0.refusal != nil }) { throw ExitCode(1) }
  }
}

/// Where a session's motions are recorded, one after the other.
private struct DecidingTable: Sendable {
  let pool: Pool
  let jurisdiction: String
  let session: DateOnly
  let today: DateOnly
  let department: String
  let persons: TwoPersons?

  func take(_ motion: Motion, at place: Int) async throws -> DecisionOutcome {
    do {
      return try await record(motion, at: place)
    } catch let refusal as DecisionRefusal {
      return DecisionOutcome(place, motion, cause: refusal.code, refusal.description)
    } catch let refusal as ActRefusal {
      return DecisionOutcome(place, motion, cause: NobodyAsks.code, refusal.description)
    } catch let refusal as TokenRefusal {
      return DecisionOutcome(place, motion, cause: NobodyAsks.code, refusal.description)
    } catch let refusal as NobodyAsks {
      return DecisionOutcome(place, motion, cause: NobodyAsks.code, refusal.description)
    }
  }

  private func record(_ motion: Motion, at place: Int) async throws -> DecisionOutcome {
    guard let wish = try ActWish(motion, session: session, jurisdiction: jurisdiction) else {
      let desk = DecisionDesk(pool: pool, jurisdiction: jurisdiction, today: today)
      return DecisionOutcome(
        place, motion,
        recorded: try await desk.record(motion, session: session, by: department))
    }
    guard let persons else { throw NobodyAsks() }
    let answer = try await persons.carryOut(wish, today: today, on: pool)
    guard case .decided(let recorded)? = answer.outcome else {
      return DecisionOutcome(place, motion, waiting: answer.act)
    }
    return DecisionOutcome(place, motion, recorded: recorded)
  }
}

/// What became of one decision.
struct DecisionOutcome: Encodable {
  let entry: Int
  let kind: String
  let conclusion: Int?
  let offer: Int?
  /// The act that waits for the second person.
  var act: Int?
  let cause: String?
  let refusal: String?

  init(_ place: Int, _ motion: Motion, waiting act: Int) {
    (entry, kind, self.act) = (place, motion.decision.kind.rawValue, act)
    (conclusion, offer, cause, refusal) = (nil, nil, nil, nil)
  }

  init(_ place: Int, _ motion: Motion, recorded: DecisionDesk.Recorded) {
    (entry, kind) = (place, motion.decision.kind.rawValue)
    (conclusion, offer) = (recorded.conclusion, recorded.offerID)
    (cause, refusal) = (nil, nil)
  }

  init(_ place: Int, _ motion: Motion, cause: String, _ refusal: String) {
    (entry, kind) = (place, motion.decision.kind.rawValue)
    (conclusion, offer) = (nil, nil)
    (self.cause, self.refusal) = (cause, refusal)
  }

  var line: String {
    "/\(entry) \(kind): "
      + (refusal.map { "refused: \($0)" }
        ?? act.map { "act \($0) waits to be approved by another person" }
        ?? "conclusion \(conclusion ?? 0)" + (offer.map { ", commitment \($0)" } ?? ""))
  }
}
