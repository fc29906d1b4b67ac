extension Problem {
  /// Reads `R K`, then `lower upper penalty` of each row, then for each request the number of its
  /// options and for each option `score uses` and its `row amount` pairs.
  init(_ scanner: inout InstanceScanner) throws(InstanceError) {
    let requests = try scanner.integer32(below: Problem.indexLimit, "the number of requests")
    let rows = try scanner.integer32(below: Problem.indexLimit, "the number of rows")
    var builder = Builder()
    for row in 0..<rows {
      let lower = try scanner.integer("the lower bound of row \(row)")
      let upper = try scanner.integer("the upper bound of row \(row)")
      let penalty = try scanner.integer("the penalty of row \(row)")
      builder.addRow(lower: lower, upper: upper, penalty: penalty, lottery: UInt64(row))
    }
    let words = scanner.mostWords
    builder.reserve(requests: min(Int(requests), words), options: 0, uses: 0)
    for request in 0..<requests {
      builder.addRequest(lottery: UInt64(request))
      let limit = Problem.indexLimit
      let options = try scanner.integer32(
        below: limit, "the number of options of request \(request)")
      for option in 0..<options { try builder.readOption(&scanner, request, option) }
    }
    do {
      self = try builder.build().drawnByContent
    } catch {
      throw scanner.fault(
        error.description, "start with this number, the largest", at: scanner.largestMark)
    }
  }
}

extension Problem {
  /// The problem with the lottery numbers of its content.
  ///
  /// One row of unit uses an option is solved exactly in any order, and putting a million requests in
  /// another one would take their memory twice: if there are many, equals keep the order of the file.
  fileprivate var drawnByContent: Problem {
    guard optionCount <= Problem.fewOptions || !hasUnitUses || !hasAtMostOneRowPerOption else {
      return self
    }
    let numbers = ContentLottery.numbers(of: self)
    return Problem(
      rows: zip(rows, numbers.rows).map {
        Row(lower: $0.lower, upper: $0.upper, penalty: $0.penalty, lottery: $1)
      },
      requestLottery: numbers.requests, optionStart: optionStart, scores: scores,
      useStart: useStart, useRows: useRows, useAmounts: useAmounts)
  }

  /// Of so few options the copy in another order costs nothing to speak of.
  private static let fewOptions = 4096
}

extension Problem.Builder {
  fileprivate mutating func readOption(
    _ scanner: inout InstanceScanner, _ request: Int32, _ option: Int32
  ) throws(InstanceError) {
    let score = try scanner.integer("the score of option \(option) of request \(request)")
    try checked(scanner, scanner.mark) { builder throws(ProblemError) in
      _ = try builder.openOption(score: score)
    }
    let uses = try scanner.integer32(
      below: Problem.indexLimit, "the number of uses of option \(option) of request \(request)")
    for _ in 0..<uses {
      let row = try scanner.integer32(
        below: rowCount, "a row of option \(option) of request \(request)")
      let place = scanner.mark
      let amount = try scanner.integer(
        in: 1...Int64.max, "the amount that option \(option) of request \(request) uses")
      try checked(scanner, place) { builder throws(ProblemError) in
        try builder.addUse(row: Int(row), amount: amount)
      }
    }
  }

  /// Gives a fault of the problem the place in the file that caused it.
  private mutating func checked(
    _ scanner: borrowing InstanceScanner, _ place: InstanceScanner.Mark,
    _ body: (inout Self) throws(ProblemError) -> Void
  ) throws(InstanceError) {
    do {
      try body(&self)
    } catch {
      throw scanner.fault(error.description, "correct the line", at: place)
    }
  }
}

extension Problem {
  /// The problem in the allocation format.
  public var instanceBytes: [UInt8] {
    var text = InstanceText()
    text.line("alloc")
    text.line(requestCount, rowCount)
    for row in rows { text.line(row.lower, row.upper, row.penalty) }
    for request in 0..<requestCount {
      let options = options(of: request)
      text.word(options.count)
      for option in options {
        text.word(scores[option])
        text.word(useRange(of: option).count)
        for use in useRange(of: option) {
          text.word(useRows[use])
          text.word(amount(ofUse: use))
        }
      }
      text.endLine()
    }
    return text.bytes
  }
}
