import Allocation
import ArgumentParser
import Postgres

struct ChangeBanksCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "change-banks",
    abstract: "Change a chain's two banks by hand, with the reason and at its price.",
    discussion: """
      The pair in force ends the day before; the new one holds to the end of the term. The price is \
      what the term's designation loses by it, in points; --dry-run tells it and changes nothing.

      It takes two persons: one who asks for it and another one who approves it.

        yaosu token create --department finance_office --role clerk --person 1001 > li.token
        yaosu token create --department finance_office --role approver --person 1002 > wang.token
      """)

  @Argument(help: "The chain's code.")
  var chain: String

  @Argument(help: "The new lead bank's code.")
  var lead: String

  @Argument(help: "The new partner bank's code.")
  var partner: String

  @Option(help: "The first day of the new pair.")
  var from: DateOnly

  @Option(help: "Why.")
  var reason: String

  @Option(help: "The number of the document that orders it.")
  var document: String

  @Option(help: "The prefecture's code (default: the only one).")
  var jurisdiction: String?

  @Flag(help: "Tell the price and change nothing.")
  var dryRun = false

  @OptionGroup var persons: TwoPersonsOptions
  @OptionGroup var database: DatabaseOptions
  @OptionGroup var output: OutputOptions

  func run() async throws {
    let isTrial = dryRun
    let (jurisdiction, chain, lead, partner) = (jurisdiction, chain, lead, partner)
    let (from, reason, document) = (from, reason, document)
    let persons = try persons.persons()
    if !isTrial, persons == nil { throw NobodyAsks() }
    let report = try await database.withDatabase { database in
      try await database.requireSchema()
      let change = ChainBankDesk.Change(
        jurisdiction: try await database.pool.withConnection {
          try await Prefecture.code(jurisdiction, from: $0)
        }, chain: chain, lead: lead, partner: partner, from: from, reason: reason,
        documentNumber: document)
      let desk = ChainBankDesk(pool: database.pool, actor: "yaosu change-banks")
      guard !isTrial, let persons else {
        return Report(chain: chain, price: try await desk.price(of: change))
      }
      let answer = try await persons.carryOut(try ActWish(change), on: database.pool)
      guard case .changed(let price)? = answer.outcome else {
        return Report(chain: chain, price: try await desk.price(of: change), act: answer.act)
      }
      return Report(chain: chain, price: price, act: answer.act, isChanged: true)
    }
    try output.show(report) {
      [
        "chain \(chain): \(lead) and \(partner) from \(from), "
          + "at a price of \(report.price) points\(report.remark)"
      ]
    }
  }

  /// What the change costs, as one JSON object.
  private struct Report: Encodable {
    let chain: String
    let price: Int64
    /// The act by which it was asked for.
    var act: Int?
    var isChanged = false

    var remark: String {
      if isChanged { return "" }
      return act.map { " (act \($0) waits to be approved by another person)" }
        ?? " (nothing changed)"
    }
  }
}
