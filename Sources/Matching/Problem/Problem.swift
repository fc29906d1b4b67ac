/// What a round asks the engine: requests, rows and options, in flat arrays with 32-bit indices.
///
/// At most one option of a request is chosen. A chosen option earns its score and uses amounts of
/// rows; a row holds at most `upper` and costs `penalty` for each unit that it stays below `lower`:
///
///     maximise  Σ s_o x_o − Σ π_k z_k     Σ_o a_ok x_o ≤ upper_k,   Σ_o a_ok x_o + z_k ≥ lower_k
///
/// Every allocation that respects the upper bounds is feasible, because shortfalls are priced. A
/// problem is built by ``Builder``, which checks it once; from then on it is a value that no one can
/// change, and no sum over it can overflow.
public struct Problem: Sendable {
  /// A capacity in whole units of its resource.
  public struct Row: Hashable, Sendable {
    /// The least use wished for, in units, at least 0.
    public let lower: Int64
    /// The most use allowed, in units, at least 0. It may lie below `lower`: then the difference is
    /// an unavoidable shortfall, and the stated gap contains it.
    public let upper: Int64
    /// The cost of each unit below `lower`, in points, at least 0. It means nothing where `lower`
    /// is 0.
    public let penalty: Int64
    /// Breaks ties between rows; equal numbers fall back to the order of input.
    public let lottery: UInt64
  }

  /// How much of one row an option takes.
  public struct Use: Hashable, Sendable {
    /// The row's index.
    public var row: Int
    /// Whole units of the row, at least 1.
    public var amount: Int64

    public init(row: Int, amount: Int64) {
      self.row = row
      self.amount = amount
    }
  }

  /// The rows, by index.
  public let rows: [Row]
  /// The lottery number of each request: among equals the smaller number goes first.
  public let requestLottery: [UInt64]

  /// Options of request r are `optionStart[r] ..< optionStart[r + 1]`.
  let optionStart: [Int32]
  /// Score of each option, in points.
  let scores: CompactIntegers
  /// Uses of option o are `useStart[o] ..< useStart[o + 1]`; empty where every option has one.
  let useStart: [Int32]
  /// Row of each use; inside an option in the order of input.
  let useRows: [Int32]
  /// Amount of each use, or empty where every amount is 1 (most mechanisms, and half the memory).
  let useAmounts: [Int64]

  /// - Parameter useStart: may also be spelled out where every option has one use.
  init(
    rows: [Row], requestLottery: [UInt64], optionStart: [Int32], scores: CompactIntegers,
    useStart: [Int32], useRows: [Int32], useAmounts: [Int64]
  ) {
    self.rows = rows
    self.requestLottery = requestLottery
    self.optionStart = optionStart
    self.scores = scores
    let isOneEach = useStart.indices.allSatisfy { Int(useStart[$0]) == $0 }
    self.useStart = isOneEach && useRows.count == scores.count ? [] : useStart
    self.useRows = useRows
    self.useAmounts = useAmounts
  }

  /// The number of requests.
  public var requestCount: Int { requestLottery.count }
  /// The number of rows.
  public var rowCount: Int { rows.count }
  /// The number of options of all requests.
  public var optionCount: Int { scores.count }
  /// Whether every use is of exactly one unit.
  public var hasUnitUses: Bool { useAmounts.isEmpty }

  /// The options of a request, as indices over all options; option `j` of the request is the
  /// `j`-th of them.
  ///
  /// - Precondition: `request` is in `0 ..< requestCount`.
  public func options(of request: Int) -> Range<Int> {
    Int(optionStart[request])..<Int(optionStart[request + 1])
  }

  /// The score of an option (an index over all options), in points.
  public func score(of option: Int) -> Int64 { scores[option] }

  /// The uses of an option (an index over all options), in the order of input.
  ///
  /// - Complexity: linear in the uses of the option.
  public func uses(of option: Int) -> [Use] {
    useRange(of: option).map { Use(row: Int(useRows[$0]), amount: amount(ofUse: $0)) }
  }

  func useRange(of option: Int) -> Range<Int> {
    if useStart.isEmpty { return option..<option + 1 }
    return Int(useStart[option])..<Int(useStart[option + 1])
  }

  /// The uses of options that follow each other.
  func useRange(of options: Range<Int>) -> Range<Int> {
    if useStart.isEmpty { return options }
    return Int(useStart[options.lowerBound])..<Int(useStart[options.upperBound])
  }

  func amount(ofUse use: Int) -> Int64 { useAmounts.isEmpty ? 1 : useAmounts[use] }
}

extension Problem.Row {
  /// What a unit of shortfall costs: nothing where nothing is wished for.
  var effectivePenalty: Int64 { lower > 0 ? penalty : 0 }
}
