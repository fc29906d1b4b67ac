internal import Allocation
internal import Postgres

extension Record {
  /// Everybody's to read; what was signed keeps the rate of its day.
  static let primeRates = Record(
    path: "prime-rates", name: "PrimeRate",
    title: ("贷款市场报价利率（LPR），逐次公布", "The loan prime rate (LPR), as published"),
    key: "published_on", order: .day, isNewestFirst: true,
    filters: [
      Filter("from", .day, column: "published_on", relation: ">="),
      Filter("to", .day, column: "published_on", relation: "<="),
    ],
    schema: Schema.object(
      [
        ("published_on", day), ("one_year_pct", percentage), ("five_year_pct", percentage),
        ("source", textOrNull), ("etag", text),
      ], required: ["published_on", "one_year_pct", "five_year_pct", "etag"]),
    isReadable: true,
    life: Life(
      counted: "(SELECT NULL::text AS jurisdiction FROM reference.lpr) l",
      lock: { _ in PrimeRateDesk.turn }, steps: [publication, correction])
  ) { _ in
    """
    SELECT l.published_on, l.one_year_pct::text AS one_year_pct,
      l.five_year_pct::text AS five_year_pct, l.source, l.event_id::text AS etag
    FROM reference.lpr l
    """
  }

  private static let percentage: JSON = [
    "type": "string", "description": "A decimal, % a year.",
  ]
  private static let financiers: Set<String> = ["finance_office", "office"]
  private static let rate = RegistryColumn.Form.decimal(places: 2, 0...100, isPositive: true)
  private static let rates = [
    StepField("one_year_pct", rate, "一年期（%）", "3.10"),
    StepField("five_year_pct", rate, "五年期以上（%）", "3.60"),
    StepField("source", .text, "依据的公告", "全国银行间同业拆借中心公告"),
  ]

  private static let publication = Step(
    name: "publish", title: ("录入新公布的 LPR", "Enter a rate that was published"),
    kinds: financiers, isOpening: true,
    fields: [StepField("published_on", .day, "公布日期，不晚于今天", "2026-11-20")] + rates
  ) { entry in
    let day = try StepWords.required(entry.words.day("published_on"))
    try await publish(day, entry, isCorrection: false)
    return "\(day)"
  }

  private static let correction = Step(
    name: "correct", title: ("更正一次公布；已签约者不变", "Correct a rate; what was signed keeps its own"),
    kinds: financiers, fields: rates
  ) { entry in
    guard let day = DateOnly(text: entry.id) else { throw Problem(.notFound) }
    try await publish(day, entry, isCorrection: true)
    return nil
  }

  private static func publish(
    _ day: DateOnly, _ entry: StepEntry, isCorrection: Bool
  ) async throws {
    let rate = LoanPrimeRate(
      publishedOn: day, oneYearPct: try StepWords.required(entry.words.decimal("one_year_pct")),
      fiveYearPct: try StepWords.required(entry.words.decimal("five_year_pct")))
    let isChanged = try await PrimeRateDesk(on: entry.connection).publish(
      rate, source: try StepWords.required(entry.words.text("source")),
      isCorrection: isCorrection, on: entry.today)
    guard isChanged else { throw PrimeRateError.published(rate) }
  }
}
