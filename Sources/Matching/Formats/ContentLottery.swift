/// Lottery numbers that the content of a problem decides, for files, which name none.
///
/// Problem: were the places in the file the lottery numbers, a search that is not exact would answer
/// otherwise once lines change places, although the problem is the same.
///
/// Method: colour refinement. A row's number is mixed from its bounds; a request's from its options,
/// and an option's from its score, the numbers of its rows and its amounts; then a row's number again
/// from whatever uses it; and so on. Sums go round in any order, so none enters. What still has equal
/// numbers could not be told apart in ``rounds`` rounds; there the order in the file decides. Lists are
/// mixed two by two; see ``mix(_:_:)``.
///
/// Complexity: ``rounds`` passes over the uses, or over the scores of a designation.
///
/// Source: B. Weisfeiler, A. Leman, "The reduction of a graph to canonical form and the algebra which
/// appears therein" (1968).
enum ContentLottery {
  private static let rounds = 3

  /// Two numbers made one; the order of the two matters.
  private static func mix(_ first: UInt64, _ second: UInt64) -> UInt64 {
    var random = SearchRandom(seed: first &* 0xD134_2543_DE82_EF95 &+ second)
    return random.next()
  }

  private static func mix(_ first: UInt64, _ second: Int64) -> UInt64 {
    mix(first, UInt64(bitPattern: second))
  }
}

extension ContentLottery {
  /// A number for each request and each row of a problem.
  static func numbers(of problem: Problem) -> (requests: [UInt64], rows: [UInt64]) {
    var rows = problem.rows.map { mix(mix(mix(0, $0.lower), $0.upper), $0.penalty) }
    var requests = [UInt64](repeating: 0, count: problem.requestCount)
    for _ in 0..<rounds {
      var users = [UInt64](repeating: 0, count: rows.count)
      for request in requests.indices {
        requests[request] = problem.options(of: request).reduce(0) {
          $0 &+ mix(1, number(of: $1, in: problem, rows))
        }
        add(request, of: problem, requests[request], rows, to: &users)
      }
      for row in rows.indices { rows[row] = mix(rows[row], users[row]) }
    }
    return (requests, rows)
  }

  private static func number(of option: Int, in problem: Problem, _ rows: [UInt64]) -> UInt64 {
    problem.useRange(of: option).reduce(mix(2, problem.scores[option])) {
      $0 &+ mix(rows[Int(problem.useRows[$1])], problem.amount(ofUse: $1))
    }
  }

  /// Tells each row who uses it, for what, and how much.
  private static func add(
    _ request: Int, of problem: Problem, _ own: UInt64, _ rows: [UInt64], to users: inout [UInt64]
  ) {
    for option in problem.options(of: request) {
      let user = mix(own, number(of: option, in: problem, rows))
      for use in problem.useRange(of: option) {
        users[Int(problem.useRows[use])] &+= mix(user, problem.amount(ofUse: use))
      }
    }
  }
}

extension ContentLottery {
  /// A number for each group, resource and member of a designation.
  static func numbers(of problem: DesignationProblem) -> DesignationProblem.Lottery {
    var numbers = DesignationProblem.Lottery(
      groups: [UInt64](repeating: 0, count: problem.groupCount),
      resources: zip(problem.capacities, problem.groupLimits).map { mix(mix(0, $0), Int64($1)) },
      members: [UInt64](repeating: 0, count: problem.memberCount))
    for _ in 0..<rounds {
      let resources = numbers.resources
      let (pairs, shares) = (problem.pairScores, problem.memberScores)
      for group in numbers.groups.indices {
        numbers.groups[group] = mix(numbers.groups[group], line(group, of: pairs, resources))
      }
      var members = [UInt64](repeating: 0, count: problem.groupCount)
      for member in numbers.members.indices {
        let group = Int(problem.memberGroups[member])
        let own = mix(line(member, of: shares, resources), problem.memberAmounts[member])
        numbers.members[member] = mix(numbers.groups[group], own)
        members[group] &+= mix(3, own)
      }
      for group in members.indices { numbers.groups[group] &+= members[group] }
      add(numbers.groups, pairs, to: &numbers.resources)
      add(numbers.members, shares, to: &numbers.resources)
    }
    return numbers
  }

  /// What the resources score in one line of a table, whatever their order.
  private static func line(_ index: Int, of scores: [Int64], _ resources: [UInt64]) -> UInt64 {
    let start = index * resources.count
    return resources.indices.reduce(0) { $0 &+ mix(resources[$1], scores[start + $1]) }
  }

  /// Tells each resource what it scores in each line of a table.
  private static func add(_ lines: [UInt64], _ scores: [Int64], to resources: inout [UInt64]) {
    for resource in resources.indices {
      let count = resources.count
      resources[resource] = lines.indices.reduce(mix(4, resources[resource])) {
        $0 &+ mix(lines[$1], scores[$1 * count + resource])
      }
    }
  }
}
