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
      both sides, and the smallest change that would have won. For land, that change is found by \
      solving the round again with it, which takes some seconds; --quick leaves it out.
      """)

  @Argument(help: "The request's number, for example KJ2026-00001.")
  var request: String

  @Option(name: .customLong("lang"), help: "zh (default) or en.")
  var language: Language = .chinese

  @Option(help: "Only rounds up to this business date.")
  var date: DateOnly?

  @Flag(help: "List every failed rule, not only the nearest misses.")
  var all = false

  @Flag(help: "Do not look for changes that have to be proved by solving again.")
  var quick = false

  @OptionGroup var database: DatabaseOptions
  @OptionGroup var output: OutputOptions

  func run() async throws {
    let (request, date, quick) = (request, date, quick)
    let (stored, base) = try await database.withDatabase { database in
      try await database.requireSchema()
      return try await database.pool.withConnection { connection in
        let stored = try await StoredExplanation.load(request, asOf: date, from: connection)
        return (stored, quick ? nil : try await Self.base(of: stored, connection))
      }
    }
    let explanation = try base.map { try stored.proving(on: $0) } ?? stored
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

extension ExplainCommand {
  /// What a land round is solved again from.
  private static func base(
    of stored: StoredExplanation, _ connection: Connection
  ) async throws -> LandWhatIf.Base? {
    guard stored.header.mechanism == MechanismName.land.rawValue else { return nil }
    return try await LandWhatIf.Base.find(
      on: stored.header.businessDate, jurisdiction: stored.header.jurisdiction, from: connection)
  }
}

/// An explanation, as one JSON object.
struct ExplanationReport: Encodable {
  /// An option with its cost at the prices or, in a stable round, with both sides' ranks and the
  /// request that holds the place.
  struct Option: Encodable {
    let resource: String
    let score: Int64
    var cost: String?
    var dearestRow: String?
    var dearestPrice: String?
    var rankByRequest: Int?
    var rankByResource: Int?
    var fullRow: String?
    var holder: String?
    let chosen: Bool
  }

  /// An offer that was made to the request, and what became of it.
  struct Offer: Encodable {
    let offer: Int
    let resource: String
    let amount: String
    let unit: String
    let state: String
    let dueOn: String
    let session: String?
    let conclusion: Int?
  }

  /// What a consultation has decided about the request.
  struct Decision: Encodable {
    let session: String
    let conclusion: Int
    let kind: String
    let parcel: String?
    let rule: String?
    let until: String?
    let reason: String?
    let legalBasis: String?
    let note: String?
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
  let offers: [Offer]
  let decisions: [Decision]

  init(_ explanation: StoredExplanation) {
    let header = explanation.header
    request = header.request
    enterprise = header.enterprise
    roundID = header.roundID
    date = "\(header.businessDate)"
    reason = header.reason
    smallestChange = explanation.smallestChange
    explanationZh = header.chinese
    explanationEn = header.english
    options =
      explanation.stableOptions.isEmpty
      ? Self.priced(explanation) : Self.ranked(explanation)
    refusals = explanation.refusals.map {
      Refusal(resource: $0.resource, rule: $0.rule, needed: $0.needed, found: $0.found)
    }
    offers = explanation.since.offers.map {
      Offer(
        offer: $0.offerID, resource: $0.resource, amount: "\($0.amount)", unit: $0.unit,
        state: $0.state, dueOn: "\($0.dueOn)", session: $0.sessionOn.map { "\($0)" },
        conclusion: $0.conclusion)
    }
    decisions = explanation.since.decisions.map {
      Decision(
        session: "\($0.sessionOn)", conclusion: $0.conclusion, kind: $0.kind, parcel: $0.parcel,
        rule: $0.rule, until: $0.untilOn.map { "\($0)" }, reason: $0.reasonCode,
        legalBasis: $0.legalBasis, note: $0.note)
    }
  }

  private static func priced(_ explanation: StoredExplanation) -> [Option] {
    explanation.options.map {
      Option(
        resource: $0.resource, score: $0.score, cost: "\($0.cost)", dearestRow: $0.dearestRow,
        dearestPrice: $0.dearestPrice.map { "\($0)" },
        chosen: $0.option == explanation.header.chosen)
    }
  }

  private static func ranked(_ explanation: StoredExplanation) -> [Option] {
    explanation.stableOptions.map {
      Option(
        resource: $0.resource, score: $0.score, rankByRequest: $0.byRequest,
        rankByResource: $0.byResource, fullRow: $0.row, holder: $0.holder,
        chosen: $0.option == explanation.header.chosen)
    }
  }
}
