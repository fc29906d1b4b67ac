import Allocation
import ArgumentParser
import Postgres

struct AgendaCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "agenda",
    abstract: "Draft the consultation's agenda from the latest land round.",
    discussion: """
      Each request that the night could not serve, with the blocking cause, who can lift it and \
      what lifting it is worth, by solving the round again; the session's minutes are filled with \
      the most valuable items, the others are carried over. Drafting again changes nothing unless \
      the round has changed; once the session is open its agenda stands.
      """)

  @Option(help: "The session's day.") var session: DateOnly
  @OptionGroup var options: ConsultationOptions

  func run() async throws {
    let (date, department) = (session, options.department)
    let (session, items) = try await options.withDesk { desk, database in
      try await AgendaDesk(pool: database.pool, jurisdiction: desk.jurisdiction)
        .draft(date, by: department)
    }
    try options.output.show(AgendaReport(session, items)) {
      let placed = items.filter { $0.position != nil }
      return [
        "session of \(session.sessionOn): \(placed.count) items in "
          + "\(placed.reduce(0) { $0 + $1.minutes }) of \(session.minutes) minutes, "
          + "\(items.count - placed.count) carried over"
      ] + placed.map(Self.line)
    }
  }

  private static func line(_ item: AgendaItem) -> String {
    "\(item.position.map(String.init) ?? "-").  \(item.request)  \(item.cause)  worth \(item.worth) "
      + "points, \(item.worthTax) 万元 tax a year; \(item.departments.joined(separator: ", ")); "
      + "\(item.minutes) minutes"
  }
}

/// An agenda, as one JSON object.
struct AgendaReport: Encodable {
  struct Item: Encodable {
    let position: Int?
    let request: String
    let cause: String
    let departments: [String]
    let worth: Int64
    let worthTaxWan: Int64
    let minutes: Int
    let raisedOn: DateOnly
    let carried: Int
  }

  let session: DateOnly
  let minutes: Int
  let items: [Item]

  init(_ session: Session, _ items: [AgendaItem]) {
    self.session = session.sessionOn
    minutes = session.minutes
    self.items = items.map {
      Item(
        position: $0.position, request: $0.request, cause: $0.cause, departments: $0.departments,
        worth: $0.worth, worthTaxWan: $0.worthTax, minutes: $0.minutes, raisedOn: $0.raisedOn,
        carried: $0.carried)
    }
  }
}
