import Matching

extension Draft {
  /// A small problem of unit uses on nested rows, with many ties, zero scores and capacities,
  /// lower bounds, and options without rows.
  package static func nested(seed: Int, requests: Int = 5, rows: Int = 5, scores: Int = 5) -> Draft
  {
    nestedWithForest(seed: seed, requests: requests, rows: rows, scores: scores).draft
  }

  /// As ``nested(seed:requests:rows:scores:)``, with the row above each row.
  package static func nestedWithForest(
    seed: Int, requests: Int, rows: Int, scores: Int
  ) -> (draft: Draft, above: [Int?]) {
    var random = SplitMix(seed: seed)
    let rowCount = random.below(rows) + 1
    let parents = (0..<rowCount).map { row -> Int? in
      row == 0 || random.below(3) == 0 ? nil : random.below(row)
    }
    var draft = Draft()
    for _ in 0..<rowCount {
      let lower = random.chance(percent: 30) ? random.below(3) : 0
      draft.rows.append(
        Row(
          lower: Int64(lower), upper: Int64(max(lower, random.below(4))),
          penalty: Int64(random.below(4)), lottery: random.next()))
    }
    for _ in 0..<random.below(requests + 1) {
      var request = Request(lottery: random.next())
      for _ in 0..<random.below(4) {
        var row: Int? = random.chance(percent: 5) ? nil : random.below(rowCount)
        var option = Option(score: Int64(random.below(scores)))
        while let current = row {
          option.uses.append(Problem.Use(row: current, amount: 1))
          row = parents[current]
        }
        request.options.append(option)
      }
      draft.requests.append(request)
    }
    return (draft, parents)
  }

  /// A small problem of one row an option at most, with many ties, lower bounds, rows without capacity and
  /// several options of a request on one row.
  package static func seats(seed: Int, requests: Int = 5, rows: Int = 4, scores: Int = 5) -> Draft {
    var random = SplitMix(seed: seed)
    let rowCount = random.below(rows + 1)
    var draft = Draft()
    for _ in 0..<rowCount {
      let lower = random.chance(percent: 30) ? random.below(3) : 0
      draft.rows.append(
        Row(
          lower: Int64(lower), upper: Int64(max(lower, random.below(4))),
          penalty: Int64(random.below(4)), lottery: random.next()))
    }
    for _ in 0..<random.below(requests + 1) {
      var request = Request(lottery: random.next())
      for _ in 0..<random.below(4) {
        let uses = rowCount == 0 || random.chance(percent: 5) ? [] : [random.below(rowCount)]
        let score = Int64(random.below(scores))
        request.options.append(
          Option(score: score, uses: uses.map { Problem.Use(row: $0, amount: 1) }))
      }
      draft.requests.append(request)
    }
    return draft
  }

  /// One row an option, capacities up to `capacity`, no lower bounds.
  package static func oneRow(
    seed: Int, requests: Int, rows: Int, degree: Int, capacity: Int, scores: Int
  ) -> Draft {
    var random = SplitMix(seed: seed)
    var draft = Draft()
    for _ in 0..<rows {
      draft.rows.append(Row(upper: Int64(random.below(capacity) + 1), lottery: random.next()))
    }
    for _ in 0..<requests {
      var request = Request(lottery: random.next())
      for row in Set((0..<degree).map { _ in random.below(rows) }).sorted() {
        request.options.append(Option(Int64(random.below(scores)), on: row))
      }
      draft.requests.append(request)
    }
    return draft
  }
}

extension Draft {
  /// A small problem of unit uses on crossing rows.
  package static func crossing(seed: Int) -> Draft {
    var draft = Draft.general(seed: seed)
    for request in draft.requests.indices {
      for option in draft.requests[request].options.indices {
        for use in draft.requests[request].options[option].uses.indices {
          draft.requests[request].options[option].uses[use].amount = 1
        }
      }
    }
    for row in draft.rows.indices { draft.rows[row].upper %= 4 }
    return draft
  }

  /// Three independent problems of different structure side by side.
  package static func mixed(seed: Int) -> Draft {
    let parts = [
      Draft.nested(seed: seed, requests: 3, rows: 3), Draft.seats(seed: seed, requests: 2),
      Draft.general(seed: seed, requests: 3),
    ]
    return parts.reduce(into: Draft()) { whole, part in
      let shift = whole.rows.count
      whole.rows += part.rows
      for request in part.requests {
        let options = request.options.map { option in
          Option(
            score: option.score,
            uses: option.uses.map { Problem.Use(row: $0.row + shift, amount: $0.amount) })
        }
        whole.requests.append(
          Request(lottery: request.lottery &+ UInt64(whole.requests.count), options: options))
      }
    }
  }
}
