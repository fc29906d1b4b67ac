import Allocation
import ArgumentParser
import Foundation
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
      """)

  @Argument(help: "The file of decisions.") var file: String
  @Option(help: "The session's day.") var session: DateOnly
  @OptionGroup var options: ConsultationOptions

  func run() async throws {
    let motions = try Self.motions(in: file)
    let (date, department) = (session, options.department)
    let outcomes = try await options.withDesk { desk, database in
      let decisions = DecisionDesk(pool: database.pool, jurisdiction: desk.jurisdiction)
      var outcomes: [DecisionOutcome] = []
      for (place, motion) in motions.enumerated() {
        do {
          let recorded = try await decisions.record(motion, session: date, by: department)
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

  private static func motions(in file: String) throws -> [Motion] {
    guard let data = FileManager.default.contents(atPath: file) else {
      throw FileFault(file: file, what: "cannot be read")
    }
    do {
      return try Motion.list(json: data)
    } catch {
      throw FileFault(file: file, what: error.description)
    }
  }
}

/// What is wrong with a file that was named on the command line.
struct FileFault: Error, CustomStringConvertible {
  let file: String
  let what: String

  var description: String { "\(file): \(what)" }
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
