/// The rows of a problem in two kinds, where each option takes one unit of a row of either kind, and
/// each request may have any of its rows of the one kind with any of the other, for the sum of what
/// the two are worth: a talent, a seat at a host and a post at an institution.
///
/// Such a problem is a flow, row → request → row, although its rows cross.
struct RowPairing: Sendable {
  /// The rows of one kind that each request may have, and what each is worth.
  struct Side: Sendable {
    /// Rows of request r are `start[r] ..< start[r + 1]`.
    var start: [Int32] = [0]
    var rows: [Int32] = []
    var worth: [Int64] = []

    func range(_ request: Int) -> Range<Int> { Int(start[request])..<Int(start[request + 1]) }
  }

  private(set) var left = Side()
  private(set) var right = Side()
  /// The option of each pair: those of a request together, its left rows in turn, each with all its
  /// right rows.
  private(set) var options: [Int32] = []
  /// Where the pairs of each request begin.
  private(set) var pairStart: [Int32] = []

  /// Finds the two kinds, or `nil` if there are none.
  ///
  /// - Complexity: almost linear in the options.
  init?(_ problem: Problem) {
    guard problem.hasUnitUses, problem.optionCount > 0,
      (0..<problem.optionCount).allSatisfy({ problem.useRange(of: $0).count == 2 }),
      let isRight = RowKinds(problem)?.isRight
    else { return nil }
    var place = [Int32](repeating: -1, count: problem.rowCount)
    for request in 0..<problem.requestCount {
      guard append(request, of: problem, isRight, &place) else { return nil }
    }
  }

  /// The option of a left and a right row, both counted inside the request.
  func option(of request: Int, _ leftPlace: Int, _ rightPlace: Int) -> Int32 {
    options[Int(pairStart[request]) + leftPlace * right.range(request).count + rightPlace]
  }

  private mutating func append(
    _ request: Int, of problem: Problem, _ isRight: [Bool], _ place: inout [Int32]
  ) -> Bool {
    let range = Int(problem.optionStart[request])..<Int(problem.optionStart[request + 1])
    let (firstLeft, firstRight) = (left.rows.count, right.rows.count)
    let pairs = range.map { Self.pair($0, of: problem, isRight) }
    for pair in pairs {
      Self.note(pair.left, in: &left.rows, &place, since: firstLeft)
      Self.note(pair.right, in: &right.rows, &place, since: firstRight)
    }
    let (lefts, rights) = (left.rows.count - firstLeft, right.rows.count - firstRight)
    guard range.count == lefts * rights else { return false }
    var table = [Int32](repeating: -1, count: range.count)
    for (option, pair) in zip(range, pairs) {
      table[Int(place[Int(pair.left)]) * rights + Int(place[Int(pair.right)])] = Int32(option)
    }
    pairStart.append(Int32(options.count))
    options += table
    left.start.append(Int32(left.rows.count))
    right.start.append(Int32(right.rows.count))
    for pair in pairs { (place[Int(pair.left)], place[Int(pair.right)]) = (-1, -1) }
    return !table.contains(-1) && appendWorth(table, lefts, rights, problem)
  }

  private static func pair(
    _ option: Int, of problem: Problem, _ isRight: [Bool]
  ) -> (left: Int32, right: Int32) {
    let use = problem.useRange(of: option).lowerBound
    let (first, second) = (problem.useRows[use], problem.useRows[use + 1])
    return isRight[Int(first)] ? (second, first) : (first, second)
  }

  /// Gives a row its place among the request's rows.
  private static func note(
    _ row: Int32, in rows: inout [Int32], _ place: inout [Int32], since first: Int
  ) {
    guard place[Int(row)] < 0 else { return }
    place[Int(row)] = Int32(rows.count - first)
    rows.append(row)
  }

  /// Splits the scores: the first right row is worth nothing.
  private mutating func appendWorth(
    _ table: [Int32], _ lefts: Int, _ rights: Int, _ problem: Problem
  ) -> Bool {
    func score(_ leftPlace: Int, _ rightPlace: Int) -> Int64 {
      problem.scores[Int(table[leftPlace * rights + rightPlace])]
    }
    for place in 0..<lefts { left.worth.append(score(place, 0)) }
    for place in 0..<rights { right.worth.append(score(0, place) - score(0, 0)) }
    for leftPlace in 1..<max(1, lefts) {
      for rightPlace in 1..<max(1, rights)
      where score(leftPlace, rightPlace) - score(leftPlace, 0)
        != score(0, rightPlace) - score(0, 0)
      {
        return false
      }
    }
    return true
  }
}

/// A colouring of rows in two kinds, no option with two of one.
private struct RowKinds {
  private var parent: [Int32]
  /// Whether a row is of the other kind than its parent.
  private var differs: [Bool]
  private(set) var isRight: [Bool] = []

  /// `nil` where an odd ring of options makes it impossible.
  init?(_ problem: Problem) {
    parent = (0..<Int32(problem.rowCount)).map { $0 }
    differs = [Bool](repeating: false, count: problem.rowCount)
    for option in 0..<problem.optionCount {
      let use = problem.useRange(of: option).lowerBound
      guard separate(problem.useRows[use], problem.useRows[use + 1]) else { return nil }
    }
    isRight = (0..<Int32(problem.rowCount)).map { root(of: $0).differs }
  }

  private func root(of row: Int32) -> (row: Int32, differs: Bool) {
    var (row, differs) = (row, false)
    while parent[Int(row)] != row {
      differs = differs != self.differs[Int(row)]
      row = parent[Int(row)]
    }
    return (row, differs)
  }

  private mutating func separate(_ one: Int32, _ other: Int32) -> Bool {
    let (first, second) = (root(of: one), root(of: other))
    if first.row == second.row { return first.differs != second.differs }
    // The smaller number stays the root, so that kinds do not depend on the order of options.
    let (upper, lower) = (min(first.row, second.row), max(first.row, second.row))
    parent[Int(lower)] = upper
    differs[Int(lower)] = first.differs == second.differs
    return true
  }
}
