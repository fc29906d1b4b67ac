/// The part of a problem that a search still has to decide, in flat arrays.
///
/// A model is made from a problem by presolve (``init(_:)``), or from another model by fixing most
/// requests (``init(_:requests:where:used:)``). Requests, rows and options are renumbered in the
/// order of the problem; `source…` leads back. The kept row of an option, if it has one, is its
/// first use.
final class GeneralModel {
  let requestCount: Int
  let rowCount: Int
  let optionCount: Int
  /// Options of request r are `optionStart[r] ..< optionStart[r + 1]`.
  let optionStart: Buffer<Int32>
  /// The request of each option.
  let owner: Buffer<Int32>
  let score: Buffer<Int64>
  let useStart: Buffer<Int32>
  let useRow: Buffer<Int32>
  let useAmount: Buffer<Int64>
  /// The option of each use.
  let useOption: Buffer<Int32>
  let upper: Buffer<Int64>
  /// The least use wished for; 0 where a shortfall costs nothing.
  let lower: Buffer<Int64>
  let penalty: Buffer<Int64>
  /// Whether any row has a lower bound.
  let hasLowerBounds: Bool
  /// Whether the row is packed exactly rather than priced; see ``KeptRows``.
  let isKept: Buffer<Bool>
  /// Uses of row k are `rowUses[rowStart[k] ..< rowStart[k + 1]]`.
  let rowStart: Buffer<Int32>
  let rowUses: Buffer<Int32>
  let sourceRequest: [Int32]
  let sourceOption: [Int32]
  let sourceRow: [Int32]

  init(_ draft: consuming ModelDraft) {
    requestCount = draft.sourceRequest.count
    rowCount = draft.upper.count
    optionCount = draft.score.count
    optionStart = Buffer(draft.optionStart)
    score = Buffer(draft.score)
    useStart = Buffer(draft.useStart)
    useRow = Buffer(draft.useRow)
    useAmount = Buffer(draft.useAmount)
    upper = Buffer(draft.upper)
    lower = Buffer(draft.lower)
    penalty = Buffer(draft.penalty)
    hasLowerBounds = draft.lower.contains { $0 > 0 }
    isKept = Buffer(draft.isKept)
    sourceRequest = draft.sourceRequest
    sourceOption = draft.sourceOption
    sourceRow = draft.sourceRow
    owner = Buffer(repeating: 0, count: optionCount)
    useOption = Buffer(repeating: 0, count: draft.useRow.count)
    for request in 0..<requestCount {
      let options = optionStart[request]..<optionStart[request + 1]
      for option in options { owner[option] = Int32(request) }
    }
    for option in 0..<optionCount {
      for use in useStart[option]..<useStart[option + 1] { useOption[use] = Int32(option) }
    }
    let starts = GeneralModel.starts(draft.useRow, rows: draft.upper.count)
    rowStart = Buffer(starts)
    rowUses = Buffer(GeneralModel.usesByRow(draft.useRow, starts))
  }

  /// The options of a request.
  @inline(__always)
  func options(of request: Int32) -> Range<Int32> {
    optionStart[request]..<optionStart[request + 1]
  }

  /// The uses of an option.
  @inline(__always)
  func uses(of option: Int32) -> Range<Int32> { useStart[option]..<useStart[option + 1] }

  /// The use of the option's kept row, or `nil`.
  @inline(__always)
  func keptUse(of option: Int32) -> Int32? {
    let first = useStart[option]
    return first < useStart[option + 1] && isKept[useRow[first]] ? first : nil
  }

  private static func starts(_ useRow: [Int32], rows: Int) -> [Int32] {
    var start = [Int32](repeating: 0, count: rows + 1)
    for row in useRow { start[Int(row) + 1] += 1 }
    for row in 0..<rows { start[row + 1] += start[row] }
    return start
  }

  private static func usesByRow(_ useRow: [Int32], _ start: [Int32]) -> [Int32] {
    var next = start
    var uses = [Int32](repeating: 0, count: useRow.count)
    for (use, row) in useRow.enumerated() {
      uses[Int(next[Int(row)])] = Int32(use)
      next[Int(row)] += 1
    }
    return uses
  }
}

/// The arrays of a ``GeneralModel`` while they are filled.
struct ModelDraft {
  var optionStart: [Int32] = [0]
  var score: [Int64] = []
  var useStart: [Int32] = [0]
  var useRow: [Int32] = []
  var useAmount: [Int64] = []
  var upper: [Int64] = []
  var lower: [Int64] = []
  var penalty: [Int64] = []
  var isKept: [Bool] = []
  var sourceRequest: [Int32] = []
  var sourceOption: [Int32] = []
  var sourceRow: [Int32] = []

  mutating func addRow(source: Int32, upper: Int64, lower: Int64, penalty: Int64, isKept: Bool) {
    self.upper.append(upper)
    self.lower.append(max(0, lower))
    self.penalty.append(lower > 0 ? penalty : 0)
    self.isKept.append(isKept)
    sourceRow.append(source)
  }

  mutating func addUse(row: Int32, amount: Int64) {
    useRow.append(row)
    useAmount.append(amount)
  }

  mutating func closeOption(source: Int32, score: Int64) {
    self.score.append(score)
    sourceOption.append(source)
    useStart.append(Int32(useRow.count))
  }

  mutating func closeRequest(source: Int32) {
    sourceRequest.append(source)
    optionStart.append(Int32(score.count))
  }
}
