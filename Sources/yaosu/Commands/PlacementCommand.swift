import Allocation
import ArgumentParser
import Postgres

struct PlacementCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "placement",
    abstract: "Talents at their hosts: place, review, choose, change host, end; move headcount.",
    discussion: """
      Nights move what dates move; this records what people report and decide. See \
      report.placement for who is where, report.headcount for what is promised by month, and \
      rotation.change_code for reasons.
      """,
    subcommands: [
      Place.self, Review.self, Choose.self, ChangeHost.self, End.self, Vacate.self, Transfer.self,
    ])

  /// Who reports, and when.
  struct Report: ParsableArguments {
    @Option(name: .customLong("by"), help: "Who reports or decides it.") var person: String
    @Option(help: "The day (default: today in Asia/Shanghai).") var date: DateOnly?
    @OptionGroup var database: DatabaseOptions
    @OptionGroup var output: OutputOptions

    var day: DateOnly { date ?? .todayInShanghai }

    /// Does what is asked and says that it is recorded.
    func record(
      _ subject: String, _ what: String, _ body: @Sendable (Pool) async throws -> Void
    ) async throws {
      try await database.withDatabase { database in
        try await database.requireSchema()
        try await body(database.pool)
      }
      try output.show(Line(subject: subject, recorded: what, on: "\(day)")) {
        ["\(subject): \(what) recorded on \(day)"]
      }
    }

    private struct Line: Encodable {
      let subject: String
      let recorded: String
      let on: String
    }
  }

  struct Place: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Place a talent by order of a document, outside the rounds.")
    @Argument(help: "The talent's code.") var talent: String
    @Option(help: "The host post's number.") var host: String
    @Option(help: "The institution post whose headcount is kept.") var post: String
    @Option(help: "The first day at the host.") var start: DateOnly
    @Option(help: "Months, 12 to 36 (default: the host post's).") var months: Int?
    @Option(help: "The document's number.") var document: String
    @OptionGroup var report: Report

    func run() async throws {
      let order = PlacementDesk.Order(
        talent: talent, hostPost: host, institutionPost: post, startsOn: start, months: months,
        documentNo: document)
      let (day, person) = (report.day, report.person)
      try await report.record(talent, "placement") {
        try await PlacementDesk(pool: $0).place(order, on: day, by: person)
      }
    }
  }

  struct Review: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Record the interim review that is due.")
    @Argument(help: "The talent's code.") var talent: String
    @Argument(help: "excellent, qualified or unqualified.") var grade: Placement.Grade
    @Option(help: "What else is to be said.") var note: String?
    @OptionGroup var report: Report

    func run() async throws {
      let (talent, grade, note) = (talent, grade, note)
      let (day, person) = (report.day, report.person)
      try await report.record(talent, "review \(grade.rawValue)") {
        try await PlacementDesk(pool: $0)
          .review(talent, grade: grade, on: day, by: person, note: note)
      }
    }
  }

  struct Choose: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Record what a talent chooses for the term's end.")
    @Argument(help: "The talent's code.") var talent: String
    @Argument(help: "stay, institution_post, extend or leave.") var choice: Placement.Choice
    @Option(help: "An institution post wished for, the most welcome first; may be repeated.")
    var wish: [String] = []
    @Option(help: "Months of the extension.") var months: Int?
    @OptionGroup var report: Report

    func validate() throws {
      guard (choice == .extend) == (months != nil) else {
        throw ValidationError("extend needs --months, and only extend has them.")
      }
      guard wish.isEmpty || choice == .institutionPost else {
        throw ValidationError("--wish belongs to institution_post.")
      }
    }

    private var decision: PlacementDesk.Decision {
      switch choice {
      case .stay: .stay
      case .institutionPost: .institutionPost(wishes: wish)
      case .extend: .extend(months: months ?? 0)
      case .leave: .leave
      }
    }

    func run() async throws {
      let (talent, decision) = (talent, decision)
      let (day, person) = (report.day, report.person)
      try await report.record(talent, "choice \(choice.rawValue)") {
        try await PlacementDesk(pool: $0).choose(talent, decision, on: day, by: person)
      }
    }
  }

  struct ChangeHost: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Move a talent to another host for the rest of the term.")
    @Argument(help: "The talent's code.") var talent: String
    @Option(help: "The new host post's number.") var host: String
    @Option(help: "The reason's code.") var code: String
    @OptionGroup var report: Report

    func run() async throws {
      let (talent, host, code) = (talent, host, code)
      let (day, person) = (report.day, report.person)
      try await report.record(talent, "host \(host)") {
        try await PlacementDesk(pool: $0)
          .changeHost(talent, to: host, code: code, on: day, by: person)
      }
    }
  }

  struct End: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "End a placement before its term, with reason and consequence.")
    @Argument(help: "The talent's code.") var talent: String
    @Option(help: "The reason's code.") var code: String
    @Option(help: "What follows from it: repayment, none, …") var consequence: String
    @Option(help: "What else is to be said.") var note: String?
    @OptionGroup var report: Report

    func run() async throws {
      let (talent, code, consequence, note) = (talent, code, consequence, note)
      let (day, person) = (report.day, report.person)
      try await report.record(talent, "early end") {
        try await PlacementDesk(pool: $0).end(
          talent, code: code, consequence: consequence, note: note, on: day, by: person)
      }
    }
  }

  struct Vacate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Record that a settled talent has left the institution post.")
    @Argument(help: "The talent's code.") var talent: String
    @OptionGroup var report: Report

    func run() async throws {
      let talent = talent
      let (day, person) = (report.day, report.person)
      try await report.record(talent, "vacated post") {
        try await PlacementDesk(pool: $0).vacate(talent, on: day, by: person)
      }
    }
  }

  struct Transfer: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Transfer headcount between institution posts, with a document.")
    @Argument(help: "The post that gives.") var from: String
    @Argument(help: "The post that gets.") var to: String
    @Argument(help: "How many heads.") var amount: Int
    @Option(help: "The first day of the month from which it counts.") var effective: DateOnly
    @Option(help: "The document's number.") var document: String
    @OptionGroup var report: Report

    func run() async throws {
      let transfer = HeadcountDesk.Transfer(
        from: from, to: to, amount: amount, effectiveOn: effective, documentNo: document)
      let (day, person) = (report.day, report.person)
      try await report.record("\(from) → \(to)", "transfer of \(amount)") {
        try await HeadcountDesk(pool: $0).transfer(transfer, on: day, by: person)
      }
    }
  }
}
