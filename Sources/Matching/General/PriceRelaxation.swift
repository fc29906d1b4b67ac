/// The bound that prices every row: each request takes its best option at the prices.
///
/// Notation and value: the *price* form of ``Certificate``. Coordinates are rows; a coordinate is
/// the price of the row's mean use, so that a step means about as many points in each row.
///
/// Complexity: one pass over all uses an evaluation.
final class PriceRelaxation: DualFunction {
  private let model: GeneralModel
  let least: Buffer<Double>
  /// The mean amount an option uses of each row.
  let unit: Buffer<Double>
  /// Amounts of uses in these means, and scores.
  private let amount: Buffer<Double>
  private let score: Buffer<Double>

  init(_ model: GeneralModel) {
    self.model = model
    unit = Buffer(repeating: 1, count: model.rowCount)
    least = Buffer(repeating: 0, count: model.rowCount)
    for row in 0..<model.rowCount {
      unit[row] = PriceRelaxation.meanUse(model, row)
      least[row] = model.lower[row] > 0 ? -Double(model.penalty[row]) * unit[row] : 0
    }
    amount = Buffer(repeating: 0, count: model.useRow.count)
    score = Buffer(repeating: 0, count: model.optionCount)
    for use in 0..<model.useRow.count {
      amount[use] = Double(model.useAmount[use]) / unit[model.useRow[use]]
    }
    for option in 0..<model.optionCount { score[option] = Double(model.score[option]) }
  }

  private(set) var steps = 0

  var dimension: Int { model.rowCount }

  static func meanUse(_ model: GeneralModel, _ row: Int) -> Double {
    let range = model.rowStart[row]..<model.rowStart[row + 1]
    guard !range.isEmpty else { return 1 }
    let sum = range.reduce(0.0) { $0 + Double(model.useAmount[model.rowUses[$1]]) }
    return sum / Double(range.count)
  }

  func evaluate(at prices: borrowing Buffer<Double>, _ slope: borrowing Buffer<Double>) -> Double {
    var value = 0.0
    steps += model.useRow.count
    for row in 0..<model.rowCount {
      let side = Double(prices[row] >= 0 ? model.upper[row] : model.lower[row]) / unit[row]
      slope[row] = side
      value += prices[row] * side
    }
    for request in 0..<Int32(model.requestCount) {
      guard let (option, margin) = best(of: request, at: prices) else { continue }
      value += margin
      for use in model.uses(of: option) {
        let row = model.useRow[use]
        slope[row] -= amount[use]
      }
    }
    return value
  }

  /// The option of a request with the largest positive score less price of uses.
  @inline(__always)
  func best(
    of request: Int32, at prices: borrowing Buffer<Double>
  ) -> (option: Int32, margin: Double)? {
    var (best, most): (Int32, Double) = (-1, 0)
    var option = model.optionStart[request]
    let end = model.optionStart[request &+ 1]
    while option < end {
      let margin = self.margin(of: option, at: prices)
      if margin > most { (best, most) = (option, margin) }
      option &+= 1
    }
    return best < 0 ? nil : (best, most)
  }

  /// An option's score less the price of what it uses.
  @inline(__always)
  func margin(of option: Int32, at prices: borrowing Buffer<Double>) -> Double {
    var margin = score[option]
    var use = model.useStart[option]
    let end = model.useStart[option &+ 1]
    while use < end {
      margin -= prices[model.useRow[use]] * amount[use]
      use &+= 1
    }
    return margin
  }

  /// Prices alone are wanted from this bound.
  func average(share: Double) {}
}
