import Allocation
import ArgumentParser
import Postgres

struct ExplainCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Say why a request got what it got, or nothing.",
    discussion: """
      From the latest nightly round that has the request: its options with score, cost at the \
      shadow prices and the dearest row, the rules that other resources fail with the figures on \
      both sides, and the smallest change that would have won.
      """)

  @Argument(help: "The request's number, for example KJ2026-00001.")
  var request: String

  @Option(name: .customLong("lang"), help: "zh (default) or en.")
  var language: Language = .chinese

  @Option(help: "Only rounds up to this business date.")
  var date: DateOnly?

  @Flag(help: "List every failed rule, not only the nearest misses.")
  var all = false

  @OptionGroup var database: DatabaseOptions
  @OptionGroup var output: OutputOptions

  func run() async throws {
    let (request, date) = (request, date)
    let explanation = try await database.withDatabase { database in
      try await database.requireSchema()
      return try await database.pool.withConnection {
        try await StoredExplanation.load(request, asOf: date, from: $0)
      }
    }
    let mechanism = Night.mechanisms.first { $0.name.rawValue == explanation.header.mechanism }
    guard let glossary = mechanism?.glossary else {
      throw RoundError.notFound("this program does not know \(explanation.header.mechanism)")
    }
    try output.show(ExplanationReport(explanation)) {
      ExplanationText(
        explanation, glossary: glossary, language: language, refusalLimit: all ? .max : 10
      ).lines
    }
  }
}

/// An explanation, as one JSON object.
struct ExplanationReport: Encodable {
  struct Option: Encodable {
    let resource: String
    let score: Int64
    let cost: String
    let dearestRow: String?
    let dearestPrice: String?
    let chosen: Bool
  }

  struct Refusal: Encodable {
    let resource: String
    let rule: String
    let needed: String
    let found: String
  }

  let request: String
  let enterprise: String
  let roundID: Int
  let date: String
  let reason: String?
  let smallestChange: SmallestChange?
  let explanationZh: String?
  let explanationEn: String?
  let options: [Option]
  let refusals: [Refusal]

  init(_ explanation: StoredExplanation) {
    let header = explanation.header
    request = header.request
    enterprise = header.enterprise
    roundID = header.roundID
    date = "\(header.businessDate)"
    reason = header.reason
    smallestChange = header.smallestChange.flatMap(SmallestChange.init(json:))
    explanationZh = header.chinese
    explanationEn = header.english
    options = explanation.options.map {
      Option(
        resource: $0.resource, score: $0.score, cost: "\($0.cost)", dearestRow: $0.dearestRow,
        dearestPrice: $0.dearestPrice.map { "\($0)" }, chosen: $0.option == header.chosen)
    }
    refusals = explanation.refusals.map {
      Refusal(resource: $0.resource, rule: $0.rule, needed: $0.needed, found: $0.found)
    }
  }
}
