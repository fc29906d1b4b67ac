/// The rows of a problem with unit uses and nested rows, as a forest under one root.
///
/// Of two nested rows the one with fewer options lies below the other. An option's rows are then a
/// chain, which its first row, the *leaf*, determines.
struct RowForest: Sendable {
  /// The row above each row; ``root`` for the topmost.
  let parent: [Int32]
  /// The first row of each option; ``root`` for an option that uses none.
  let leaf: [Int32]
  /// Rows ordered so that a row comes after the row above it.
  let topDown: [Int32]
  /// The index that stands for "no row": the number of rows.
  let root: Int32

  /// Finds the forest, or `nil` if some use is of several units or two rows cross.
  ///
  /// Sorting an option's rows by their number of options gives the chain if there is one. The
  /// forest exists if and only if each row has the same successor in every option that uses it.
  ///
  /// - Complexity: O(uses · log of the uses of an option).
  init?(_ problem: Problem) {
    guard problem.hasUnitUses else { return nil }
    let root = Int32(problem.rowCount)
    let sizes = RowForest.optionCounts(problem)
    var parent = [Int32](repeating: -1, count: problem.rowCount)
    var leaf = [Int32](repeating: root, count: problem.optionCount)
    for option in leaf.indices {
      let uses = problem.useRange(of: option)
      if uses.count == 1 {
        leaf[option] = problem.useRows[uses.lowerBound]
        guard RowForest.link(leaf[option], to: root, in: &parent) else { return nil }
        continue
      }
      let chain = problem.useRows[uses].sorted {
        (sizes[Int($0)], $0) < (sizes[Int($1)], $1)
      }
      leaf[option] = chain.first ?? root
      for (row, above) in zip(chain, chain.dropFirst() + [root]) {
        guard RowForest.link(row, to: above, in: &parent) else { return nil }
      }
    }
    for row in parent.indices where parent[row] < 0 { parent[row] = root }
    self.root = root
    self.parent = parent
    self.leaf = leaf
    topDown = RowForest.order(parent, sizes)
  }

  private static func optionCounts(_ problem: Problem) -> [Int32] {
    var sizes = [Int32](repeating: 0, count: problem.rowCount)
    for row in problem.useRows { sizes[Int(row)] += 1 }
    return sizes
  }

  private static func link(_ row: Int32, to above: Int32, in parent: inout [Int32]) -> Bool {
    if parent[Int(row)] < 0 { parent[Int(row)] = above }
    return parent[Int(row)] == above
  }

  /// A row has at most as many options as the row above it, and among equals the smaller index
  /// lies below.
  private static func order(_ parent: [Int32], _ sizes: [Int32]) -> [Int32] {
    parent.indices.map(Int32.init).sorted { (sizes[Int($0)], $0) > (sizes[Int($1)], $1) }
  }
}

extension Structure {
  /// The structure of a problem.
  ///
  /// - Complexity: O(uses · log of the uses of an option).
  public init(of problem: Problem) {
    guard RowForest(problem) != nil else {
      self = .general
      return
    }
    self = problem.hasAtMostOneRowPerOption ? .oneRow : .nestedRows
  }
}

extension Problem {
  /// Whether an exact algorithm solves it.
  var isExact: Bool {
    hasUnitUses && (hasAtMostOneRowPerOption || RowForest(self) != nil)
  }

  var hasAtMostOneRowPerOption: Bool {
    useStart.isEmpty || (0..<optionCount).allSatisfy { useRange(of: $0).count <= 1 }
  }
}
