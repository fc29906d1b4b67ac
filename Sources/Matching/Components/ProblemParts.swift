/// The independent parts of a problem: requests that share no row, directly or through others.
///
/// Requests whose options use no row, and rows that nobody uses, belong to part 0.
struct ProblemParts {
  /// The requests and rows of each part, both rising.
  let requests: [[Int32]]
  let rows: [[Int32]]
  private let placeOfRow: [Int32]

  /// - Complexity: almost linear in the uses.
  init(_ problem: Problem) {
    var sets = DisjointSets(count: problem.rowCount)
    let anchors = (0..<problem.requestCount).map { request -> Int32 in
      let uses = problem.useRange(ofRequest: request)
      guard let first = uses.first else { return -1 }
      let anchor = problem.useRows[first]
      for use in uses.dropFirst() { sets.unite(anchor, problem.useRows[use]) }
      return anchor
    }
    var partOfSet = [Int32](repeating: 0, count: problem.rowCount)
    var requests: [[Int32]] = [[]]
    for (request, anchor) in anchors.enumerated() {
      let set = anchor < 0 ? -1 : Int(sets.find(anchor))
      if set >= 0, partOfSet[set] == 0 {
        partOfSet[set] = Int32(requests.count)
        requests.append([])
      }
      requests[set < 0 ? 0 : Int(partOfSet[set])].append(Int32(request))
    }
    var rows = [[Int32]](repeating: [], count: requests.count)
    var places = [Int32](repeating: 0, count: problem.rowCount)
    for row in 0..<Int32(problem.rowCount) {
      let part = Int(partOfSet[Int(sets.find(row))])
      places[Int(row)] = Int32(rows[part].count)
      rows[part].append(row)
    }
    (self.requests, self.rows, placeOfRow) = (requests, rows, places)
  }

  var count: Int { requests.count }

  /// Whether there are several parts with rows, and none is almost the whole of a large problem, which
  /// would be copied for little.
  func isWorthSplitting(_ problem: Problem) -> Bool {
    guard count > 2 else { return false }
    let largest = requests.dropFirst().map(\.count).max() ?? 0
    return problem.optionCount < 1_000_000 || largest * 20 < problem.requestCount * 19
  }

  /// One part as a problem of its own, in the same order.
  func problem(_ part: Int, of problem: Problem) -> Problem {
    var starts: [Int32] = [0]
    var useStarts: [Int32] = [0]
    var scores = CompactIntegers()
    var useAmounts: [Int64] = []
    var useRows: [Int32] = []
    for request in requests[part] {
      let options = problem.options(of: Int(request))
      for option in options {
        scores.append(problem.scores[option])
        let uses = problem.useRange(of: option)
        useRows += problem.useRows[uses].lazy.map { placeOfRow[Int($0)] }
        if !problem.useAmounts.isEmpty { useAmounts += problem.useAmounts[uses] }
        useStarts.append(Int32(useRows.count))
      }
      starts.append(Int32(scores.count))
    }
    return Problem(
      rows: rows[part].map { problem.rows[Int($0)] },
      requestLottery: requests[part].map { problem.requestLottery[Int($0)] },
      optionStart: starts, scores: scores, useStart: useStarts, useRows: useRows,
      useAmounts: useAmounts.allSatisfy { $0 == 1 } ? [] : useAmounts)
  }
}

extension Problem {
  /// All uses of all options of a request.
  fileprivate func useRange(ofRequest request: Int) -> Range<Int> {
    useRange(of: options(of: request))
  }
}

/// Sets of small integers that can be united.
///
/// - Complexity: almost constant time for each operation.
/// - Source: R. E. Tarjan, "Efficiency of a good but not linear set union algorithm", J. ACM 22
///   (1975); paths are halved.
private struct DisjointSets {
  private var parent: [Int32]

  init(count: Int) { parent = (0..<count).map(Int32.init) }

  mutating func find(_ item: Int32) -> Int32 {
    var item = item
    while parent[Int(item)] != item {
      parent[Int(item)] = parent[Int(parent[Int(item)])]
      item = parent[Int(item)]
    }
    return item
  }

  mutating func unite(_ a: Int32, _ b: Int32) {
    let (first, second) = (find(a), find(b))
    parent[Int(max(first, second))] = min(first, second)
  }
}
