import Postgres

/// Draws what options use from the lots behind their rows: a lot is drawn dry before the next one is
/// touched.
struct LotDrawing {
  /// A row's lots with what is left of each, in ledger units; `nil` for the only lot of a row.
  private struct Shelf {
    let places: Int
    var lots: [(code: String, left: Int128?)]
  }

  /// Decimal places that the ledger keeps.
  private static let ledgerPlaces = 4
  private var shelves: [String: Shelf]

  init(_ rows: [RoundProblem.Row]) {
    shelves = Dictionary(
      rows.map { row in
        let lots = row.lots.map { lot in
          (lot.code, lot.free.map { $0.mantissa(atScale: Self.ledgerPlaces) ?? 0 })
        }
        return (row.name, Shelf(places: row.places, lots: lots))
      }, uniquingKeysWith: { first, _ in first })
  }

  /// What an option holds of each lot. What all lots of a row lack is asked of the last one: the
  /// ledger refuses it.
  mutating func holdings(of option: RoundProblem.Option) -> [Offer.Holding] {
    option.uses.flatMap { use -> [Offer.Holding] in
      guard let shelf = shelves[use.row], let last = shelf.lots.last,
        let amount = Numeric(mantissa: Int128(use.amount), scale: shelf.places)
      else { return [] }
      guard shelf.lots.count > 1, let units = amount.mantissa(atScale: Self.ledgerPlaces) else {
        return [Offer.Holding(lot: last.code, amount: amount)]
      }
      return draw(units, of: use.row)
    }
  }

  private mutating func draw(_ units: Int128, of row: String) -> [Offer.Holding] {
    guard var shelf = shelves[row] else { return [] }
    var (missing, drawn) = (units, [Offer.Holding]())
    for place in shelf.lots.indices where missing > 0 {
      let isLast = place == shelf.lots.count - 1
      let left = shelf.lots[place].left ?? 0
      let part = isLast ? missing : min(missing, max(0, left))
      guard part > 0, let amount = Numeric(mantissa: part, scale: Self.ledgerPlaces) else {
        continue
      }
      drawn.append(Offer.Holding(lot: shelf.lots[place].code, amount: amount.reduced))
      shelf.lots[place].left = left - part
      missing -= part
    }
    shelves[row] = shelf
    return drawn
  }
}
