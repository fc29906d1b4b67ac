import Matching
public import Postgres

/// One item of a consultation's agenda (议题).
public struct AgendaItem: Hashable, Sendable {
  public let request: String
  public let roundID: Int
  /// The place on the agenda, from 1; `nil` where it is carried over to the next session.
  public internal(set) var position: Int?
  /// A code of `land.blocking_cause`.
  public let cause: String
  let figures: BlockFigures
  /// Codes of the departments that can lift the block.
  public let departments: [String]
  /// Points that the whole gains if it is lifted.
  public let worth: Int64
  /// Yearly tax gained, in 万元.
  public let worthTax: Int64
  public let minutes: Int
  /// The session on whose agenda the request first stood.
  public let raisedOn: DateOnly
  /// How often it was carried over.
  public let carried: Int
}

/// Fills a session with the items that are worth most.
struct AgendaFilling {
  /// The session's minutes.
  let minutes: Int
  /// By how much an item's worth grows each time it is carried over.
  let carriedWeight: Fraction

  /// Chooses items with the engine: one row, the minutes. What does not fit is carried over. Any
  /// item counts for a point at least, so that minutes are not left idle.
  ///
  /// - Returns: the items, the chosen ones first in falling worth, then the others by request.
  func fill(_ items: [AgendaItem]) throws -> [AgendaItem] {
    var builder = Problem.Builder()
    let row = builder.addRow(lower: 0, upper: Int64(minutes), penalty: 0, lottery: 0)
    for item in items {
      builder.addRequest(lottery: Lottery.number(seed: "agenda", subject: item.request))
      try builder.addOption(
        score: try aged(item) + 1, uses: [.init(row: row, amount: Int64(item.minutes))])
    }
    let choices = try Engine.solve(try builder.build()).choices
    let ranked = try zip(items, choices).map { item, choice in
      (item: item, isChosen: choice >= 0, value: try aged(item))
    }.sorted(byText: \.item.request)
    let chosen = ranked.filter(\.isChosen)
      .sorted { ($1.value, $0.item.request) < ($0.value, $1.item.request) }.enumerated()
    return chosen.map { place, entry in
      var item = entry.item
      item.position = place + 1
      return item
    } + ranked.filter { !$0.isChosen }.map(\.item)
  }

  /// An item's worth, grown by its age.
  private func aged(_ item: AgendaItem) throws -> Int64 {
    try Fraction(Int128(item.worth)).times(
      Fraction.one.plus(carriedWeight.times(Fraction(Int128(item.carried))))
    ).roundedHalfUp()
  }
}
