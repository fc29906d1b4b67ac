import Allocation
import ArgumentParser
import Postgres

struct AppointmentCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "appointment",
    abstract: "The years of a tech VP (科技副总): consent, agreement, reviews, renewal, end.",
    discussion: """
      An offered expert becomes an appointment step by step, each told by the request's number:

        yaosu appointment consent KJ2026-00001 --by university:4134010359
        yaosu appointment agree   KJ2026-00001 --document 三方〔2026〕1号 --start 2026-12-15 --months 24
        yaosu appointment start   KJ2026-00001
        yaosu appointment log     KJ2026-00001 --month 2027-01-01 --days 5
        yaosu appointment outcome KJ2026-00001 --kind contract --title 联合研发 --value 120
        yaosu appointment review  KJ2026-00001 --grade excellent
        yaosu appointment renew   KJ2026-00001 --months 12
        yaosu appointment end     KJ2026-00001 --code expert_left

      A term lasts 12 to 36 months. Nights begin and end terms by their dates and remind of what \
      falls due. See report.appointment for all of them and report.appointment_due for what is due.
      """,
    subcommands: [
      Consent.self, Agree.self, Start.self, Log.self, Outcome.self, Review.self, Renew.self,
      End.self,
    ])

  /// Which appointment, who reports, and when.
  struct StepOptions: ParsableArguments {
    @Argument(help: "The request's number, from report.appointment.") var request: String
    @Option(name: .customLong("by"), help: "Who reports it: university:CODE, or office.")
    var party: String = OfferAnswer.office
    @Option(help: "What else is to be said.") var note: String?
    @Option(help: "The day of the step (default: today in Asia/Shanghai).") var date: DateOnly?
    @OptionGroup var database: DatabaseOptions
    @OptionGroup var output: OutputOptions

    func record(_ step: AppointmentStep) async throws {
      let (request, party, note) = (request, party, note)
      let date = date ?? .todayInShanghai
      let state = try await database.withDatabase { database in
        try await database.requireSchema()
        return try await AppointmentDesk(pool: database.pool).record(
          step, request: request, by: party, note: note, on: date)
      }
      try output.show(Report(request: request, step: step.word, state: state, on: "\(date)")) {
        ["\(request): \(step.word) on \(date); the appointment is \(state.rawValue)"]
      }
    }
  }

  /// What was recorded, as one JSON object.
  private struct Report: Encodable {
    let request: String
    let step: String
    let state: AppointmentState
    let on: String
  }

  struct Consent: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "The university sends the expert: it accepts the offer.")
    @OptionGroup var options: StepOptions

    func run() async throws { try await options.record(.consent) }
  }

  struct Agree: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Enterprise, expert and university have signed (三方协议).")
    @Option(help: "The agreement's document number.") var document: String
    @Option(help: "The first day of the term.") var start: DateOnly
    @Option(help: "Length of the term, 12 to 36 (default: as the request asks).") var months: Int?
    @OptionGroup var options: StepOptions

    func run() async throws {
      try await options.record(.agree(documentNo: document, startsOn: start, months: months))
    }
  }

  struct Start: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "The expert has begun (the night of the first day does it too).")
    @OptionGroup var options: StepOptions

    func run() async throws { try await options.record(.start) }
  }

  struct Log: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Days on site in a month.")
    @Option(help: "Any day of the month.") var month: DateOnly
    @Option(help: "Days on site.") var days: Int
    @OptionGroup var options: StepOptions

    func validate() throws {
      guard (0...31).contains(days) else { throw ValidationError("--days is 0 to 31.") }
    }

    func run() async throws { try await options.record(.log(days: days, month: month)) }
  }

  struct Outcome: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "What came of it.")
    @Option(help: "problem_solved, patent or contract.") var kind: AppointmentOutcome.Kind
    @Option(help: "What it is called.") var title: String
    @Option(help: "Of a contract: its value, in 万元.") var value: Int64?
    @Option(help: "The patent's or the contract's number.") var document: String?
    @OptionGroup var options: StepOptions

    func validate() throws {
      guard (kind == .contract) == (value != nil), value ?? 0 >= 0 else {
        throw ValidationError("A contract has a --value in 万元, and nothing else has.")
      }
    }

    func run() async throws {
      try await options.record(
        .outcome(
          AppointmentOutcome(kind, title: title, valueWan: value, documentNo: document)))
    }
  }

  struct Review: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "A yearly review (年度考核).")
    @Option(help: "excellent 优秀, passed 合格 or failed 不合格.") var grade: ReviewGrade
    @Option(help: "Which year (default: the first that is open).") var year: Int?
    @OptionGroup var options: StepOptions

    func run() async throws { try await options.record(.review(grade: grade, year: year)) }
  }

  struct Renew: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "All three wish to go on: the pair comes first in the round after the term.")
    @Option(help: "Length of the next term, 12 to 36 (default: as before).") var months: Int?
    @OptionGroup var options: StepOptions

    func run() async throws { try await options.record(.renew(months: months)) }
  }

  struct End: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "The appointment ends before its time; the day of the step is its last.")
    @Option(help: "Why, by a code of allocation.answer_code.") var code: String
    @OptionGroup var options: StepOptions

    func run() async throws { try await options.record(.end(code: code)) }
  }
}
