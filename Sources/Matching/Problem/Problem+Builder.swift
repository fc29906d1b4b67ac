extension Problem {
  /// Collects rows, then requests with their options, and checks everything once.
  ///
  /// ```swift
  /// var builder = Problem.Builder()
  /// let seat = builder.addRow(lower: 0, upper: 1, penalty: 0, lottery: 7)
  /// builder.addRequest(lottery: 3)
  /// try builder.addOption(score: 90, uses: [Problem.Use(row: seat, amount: 1)])
  /// let problem = try builder.build()
  /// ```
  public struct Builder {
    private var rows: [Row] = []
    private var requestLottery: [UInt64] = []
    private var optionStart: [Int32] = [0]
    private var scores = CompactIntegers()
    /// Empty as long as every option but the last has one use, and the last at most one.
    private var useStart: [Int32] = []
    private var useRows: [Int32] = []
    private var useAmounts: [Int64] = []
    /// For each row the last option that used it, so that duplicates are found in constant time.
    private var lastUser: [Int32] = []

    public init() {}

    var rowCount: Int { rows.count }

    /// Makes room, so that large problems are not copied while they grow.
    public mutating func reserve(requests: Int, options: Int, uses: Int) {
      requestLottery.reserveCapacity(requests)
      optionStart.reserveCapacity(requests + 1)
      scores.reserveCapacity(options)
      if options != uses { useStart.reserveCapacity(options + 1) }
      useRows.reserveCapacity(uses)
    }

    /// Adds a row and returns its index. Its values are checked by ``build()``.
    @discardableResult
    public mutating func addRow(
      lower: Int64, upper: Int64, penalty: Int64, lottery: UInt64
    ) -> Int {
      rows.append(Row(lower: lower, upper: upper, penalty: penalty, lottery: lottery))
      lastUser.append(-1)
      return rows.count - 1
    }

    /// Adds a request without options and returns its index.
    @discardableResult
    public mutating func addRequest(lottery: UInt64) -> Int {
      requestLottery.append(lottery)
      optionStart.append(optionStart[optionStart.count - 1])
      return requestLottery.count - 1
    }

    /// Adds an option to the last request and returns its index inside that request.
    ///
    /// - Parameters:
    ///   - score: points, at least 0.
    ///   - uses: amounts of rows added before, each row once; none if the option needs nothing.
    /// - Throws: ``ProblemError``; the builder is then unusable.
    /// - Complexity: linear in the uses.
    @discardableResult
    public mutating func addOption(score: Int64, uses: [Use]) throws(ProblemError) -> Int {
      let option = try openOption(score: score)
      for use in uses { try addUse(row: use.row, amount: use.amount) }
      return option
    }

    /// Adds an option that uses nothing yet to the last request.
    mutating func openOption(score: Int64) throws(ProblemError) -> Int {
      guard let start = optionStart.dropLast().last else { throw .optionWithoutRequest }
      let option = scores.count - Int(start)
      guard score >= 0 else {
        throw .negativeScore(request: requestLottery.count - 1, option: option, value: score)
      }
      guard scores.count < Problem.indexLimit else { throw .tooMany(what: "options") }
      if useRows.count != scores.count { spellOutUses() }
      scores.append(score)
      if !useStart.isEmpty { useStart.append(Int32(useRows.count)) }
      optionStart[optionStart.count - 1] += 1
      return option
    }

    /// Adds a use to the last option.
    mutating func addUse(row: Int, amount: Int64) throws(ProblemError) {
      guard rows.indices.contains(row) else { throw fault(ProblemError.unknownRow, row) }
      let option = Int32(scores.count - 1)
      guard lastUser[row] != option else { throw fault(ProblemError.duplicateRow, row) }
      guard amount > 0 else {
        let (request, option) = lastOption
        throw .amountNotPositive(request: request, option: option, row: row, value: amount)
      }
      guard useRows.count < Problem.indexLimit else { throw .tooMany(what: "uses") }
      if useRows.count == scores.count { spellOutUses() }
      lastUser[row] = option
      if amount != 1 && useAmounts.isEmpty {
        useAmounts = [Int64](repeating: 1, count: useRows.count)
        useAmounts.append(amount)
      } else if !useAmounts.isEmpty {
        useAmounts.append(amount)
      }
      useRows.append(Int32(row))
      if !useStart.isEmpty { useStart[useStart.count - 1] += 1 }
    }

    /// From here on not every option has one use.
    private mutating func spellOutUses() {
      guard useStart.isEmpty else { return }
      useStart = (0..<Int32(scores.count)).map { $0 } + [Int32(useRows.count)]
    }

    /// Checks the whole and returns it.
    ///
    /// - Throws: ``ProblemError`` for a negative value of a row, or where a sum could overflow.
    /// - Complexity: linear in the problem.
    public consuming func build() throws(ProblemError) -> Problem {
      guard rows.count < Problem.indexLimit else { throw .tooMany(what: "rows") }
      guard requestLottery.count < Problem.indexLimit else { throw .tooMany(what: "requests") }
      if useRows.count != scores.count { spellOutUses() }
      let problem = Problem(
        rows: rows, requestLottery: requestLottery, optionStart: optionStart, scores: scores,
        useStart: useStart, useRows: useRows, useAmounts: useAmounts)
      try problem.checkRows()
      try problem.checkSums()
      return problem
    }

    private var lastOption: (request: Int, option: Int) {
      let start = Int(optionStart[optionStart.count - 2])
      return (requestLottery.count - 1, scores.count - 1 - start)
    }

    private func fault(_ make: (Int, Int, Int) -> ProblemError, _ row: Int) -> ProblemError {
      let (request, option) = lastOption
      return make(request, option, row)
    }
  }

  /// Indices are 32-bit and `count + 1` must fit too.
  static let indexLimit = Int(Int32.max) - 1
}
