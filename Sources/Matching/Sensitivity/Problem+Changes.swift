extension Problem {
  /// The same problem with another score and other amounts for one option, or `nil` if sums could
  /// overflow.
  ///
  /// - Parameter amounts: for each use of the option its units, at least 1.
  func changing(_ option: Int, score: Int64, amounts: [Int64]) -> Problem? {
    var scores = scores
    scores[option] = score
    var useAmounts = useAmounts
    if !useAmounts.isEmpty { useAmounts.replaceSubrange(useRange(of: option), with: amounts) }
    let changed = Problem(
      rows: rows, requestLottery: requestLottery, optionStart: optionStart, scores: scores,
      useStart: useStart, useRows: useRows, useAmounts: useAmounts)
    return (try? changed.checkSums()) == nil ? nil : changed
  }

  /// What is left to decide once a request is settled on an option that takes these amounts; `nil` if
  /// it does not fit. The request stays, without options.
  func settling(_ request: Int, on option: Int, amounts: [Int64]) -> Problem? {
    var rows = rows
    for (use, amount) in zip(useRange(of: option), amounts) {
      let row = rows[Int(useRows[use])]
      guard amount <= row.upper else { return nil }
      rows[Int(useRows[use])] = Row(
        lower: max(0, row.lower - amount), upper: row.upper - amount, penalty: row.penalty,
        lottery: row.lottery)
    }
    let options = options(of: request)
    let uses = useRange(of: options)
    let (optionShift, useShift) = (Int32(options.count), Int32(uses.count))
    func without<Value>(_ values: [Value], _ range: Range<Int>) -> [Value] {
      guard !values.isEmpty else { return [] }
      return Array(values[..<range.lowerBound] + values[range.upperBound...])
    }
    return Problem(
      rows: rows, requestLottery: requestLottery,
      optionStart: optionStart.enumerated().map { $0 > request ? $1 - optionShift : $1 },
      scores: scores.without(options),
      useStart: useStart.enumerated().compactMap { index, start in
        if options.contains(index - 1) { return nil }
        return index > options.upperBound ? start - useShift : start
      },
      useRows: without(useRows, uses), useAmounts: without(useAmounts, uses))
  }
}
