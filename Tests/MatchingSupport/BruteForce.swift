import Matching

/// Every allocation of a small problem, tried one by one.
package struct BruteForce {
  /// An allocation with what decides between equals: who is served in order of lottery, then the
  /// place of each one's option among its options.
  package struct Best {
    package var objective: Int64
    package var choices: [Int32]
    package var served: [Bool]
    package var ranks: [Int]
  }

  private let draft: Draft
  private let requestOrder: [Int]
  /// For each request its options from the first in lottery to the last.
  private let optionOrder: [[Int]]
  private var used: [Int64]
  private var choices: [Int32]
  package private(set) var best: Best?

  /// - Parameter phantom: units of each row that are taken before anyone chooses.
  package init(_ draft: Draft, phantom: [Int64]? = nil) {
    self.draft = draft
    requestOrder = draft.requests.indices.sorted {
      draft.requests[$0].lottery < draft.requests[$1].lottery
    }
    let rowOrder = draft.rows.indices.sorted { draft.rows[$0].lottery < draft.rows[$1].lottery }
    var place = [Int](repeating: 0, count: draft.rows.count)
    for (index, row) in rowOrder.enumerated() { place[row] = index }
    optionOrder = draft.requests.map { request in
      func key(_ option: Int) -> [Int] {
        request.options[option].uses.map { place[$0.row] }.sorted()
      }
      return request.options.indices.sorted { a, b in
        let (first, second) = (key(a), key(b))
        if first != second { return first.lexicographicallyPrecedes(second) }
        let (s, t) = (request.options[a].score, request.options[b].score)
        return s != t ? s > t : a < b
      }
    }
    used = phantom ?? [Int64](repeating: 0, count: draft.rows.count)
    choices = [Int32](repeating: -1, count: draft.requests.count)
    if zip(used, draft.rows).allSatisfy({ $0 <= $1.upper }) { explore(0) }
  }

  private mutating func explore(_ depth: Int) {
    guard depth < requestOrder.count else { return judge() }
    let request = requestOrder[depth]
    choices[request] = -1
    explore(depth + 1)
    for (option, value) in draft.requests[request].options.enumerated() {
      guard value.uses.allSatisfy({ used[$0.row] + $0.amount <= draft.rows[$0.row].upper }) else {
        continue
      }
      for use in value.uses { used[use.row] += use.amount }
      choices[request] = Int32(option)
      explore(depth + 1)
      for use in value.uses { used[use.row] -= use.amount }
    }
    choices[request] = -1
  }

  private mutating func judge() {
    var objective: Int64 = 0
    for (request, choice) in choices.enumerated() where choice >= 0 {
      objective += draft.requests[request].options[Int(choice)].score
    }
    for (row, amount) in zip(draft.rows, used) {
      objective -= row.penalty * max(0, row.lower - amount)
    }
    let candidate = Best(
      objective: objective, choices: choices, served: requestOrder.map { choices[$0] >= 0 },
      ranks: requestOrder.map { request in
        optionOrder[request].firstIndex(of: Int(choices[request])) ?? -1
      })
    if let best, !BruteForce.isBetter(candidate, than: best) { return }
    best = candidate
  }

  private static func isBetter(_ a: Best, than b: Best) -> Bool {
    if a.objective != b.objective { return a.objective > b.objective }
    if a.served != b.served {
      return zip(a.served, b.served).first { $0 != $1 }.map(\.0) ?? false
    }
    return a.ranks.lexicographicallyPrecedes(b.ranks)
  }
}
