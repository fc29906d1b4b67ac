/// Prices that prove a bound on every allocation, as exact integers: price = integer / scale.
///
/// Both forms give a true bound for *any* admissible prices, so that nobody need trust how they
/// were found; see ``bound(for:)``.
public enum Certificate: Hashable, Sendable {
  /// A price λ_k ≥ −π_k for every row (≥ 0 where its lower bound is 0).
  case price(scale: Int64, rowPrices: [Int64])
  /// A price for every row but the kept ones (`nil`), whose packing is solved exactly, and a price
  /// ≥ 0 for every request. An option uses at most one kept row, and kept rows have no lower bound.
  case knapsack(scale: Int64, rowPrices: [Int64?], requestPrices: [Int64])

  /// The denominator of all prices.
  public var scale: Int64 {
    switch self {
    case .price(let scale, _), .knapsack(let scale, _, _): scale
    }
  }

  /// The price of each row, `nil` for a kept row.
  public var rowPrices: [Int64?] {
    switch self {
    case .price(_, let prices): prices
    case .knapsack(_, let prices, _): prices
    }
  }
}

/// Why a certificate proves nothing for a problem.
public enum CertificateError: Error, Hashable, Sendable {
  /// The scale is below 1.
  case scaleNotPositive(Int64)
  /// The number of prices is not the number of rows or requests.
  case wrongCount(what: String, expected: Int, found: Int)
  /// A row's price is below −penalty (below 0 where it has no lower bound).
  case priceTooLow(row: Int, price: Int64)
  /// A request's price is below 0.
  case negativeRequestPrice(request: Int, price: Int64)
  /// A kept row has a lower bound.
  case keptRowHasLowerBound(row: Int)
  /// An option uses two kept rows.
  case twoKeptRows(option: Int)
}
