extension RoundVerifier {
  /// Numbers of a size that no round has, and with which sums might overflow 128 bits.
  ///
  /// Every sum that verification forms has at most as many terms as the round has stored rows, and
  /// each term is a product of two stored numbers: 120 bits for such a sum leave room for adding a
  /// few of them.
  func magnitudeFaults() -> [Fault] {
    let scale = round.header.scale
    let products =
      round.uses.map { Self.bits(rowByNumber[$0.row]?.price ?? 0) + Self.bits($0.amount) }
      + round.rows.flatMap { row in
        let (price, penalty) = (Self.bits(row.price ?? 0), Self.bits(row.penalty))
        let bounds = max(Self.bits(row.lower), Self.bits(row.upper))
        return [price + bounds, penalty + bounds, penalty + Self.bits(scale)]
      }
      + round.options.map { Self.bits($0.score) + Self.bits(scale) }
    let terms =
      round.uses.count + round.rows.count + round.requests.count + round.options.count
    let needed = (products.max() ?? 0) + Self.bits(Int64(terms))
    guard needed > 120 else { return [] }
    return [Fault(what: "magnitude", detail: "figures so large that sums need \(needed) bits")]
  }

  private static func bits(_ value: Int64) -> Int {
    UInt64.bitWidth - value.magnitude.leadingZeroBitCount
  }
}
