extension Problem {
  /// The points that an allocation earns: scores of chosen options less penalties of shortfalls.
  ///
  /// - Parameter choices: for each request an option counted inside the request, or −1.
  /// - Precondition: every choice is −1 or an option of its request.
  /// - Complexity: linear in the chosen uses and the rows.
  public func objective(of choices: [Int32]) -> Int64 {
    let used = usage(of: choices)
    var total: Int64 = 0
    for (request, choice) in choices.enumerated() where choice >= 0 {
      total += scores[Int(optionStart[request] + choice)]
    }
    for (row, amount) in zip(rows, used) where amount < row.lower {
      total -= row.effectivePenalty * (row.lower - amount)
    }
    return total
  }

  /// As ``objective(of:)``, with options counted over all options.
  func objective(chosen: [Int32]) -> Int64 {
    objective(of: zip(chosen, optionStart).map { $0 < 0 ? -1 : $0 - $1 })
  }

  /// Whether these are choices of this problem that keep every upper bound.
  ///
  /// - Complexity: as for ``objective(of:)``.
  func isFeasible(_ choices: [Int32]) -> Bool {
    guard choices.count == requestCount else { return false }
    for (request, choice) in choices.enumerated() {
      guard choice >= -1, Int(choice) < options(of: request).count else { return false }
    }
    return zip(usage(of: choices), rows).allSatisfy { $0 <= $1.upper }
  }

  /// The units of each row that an allocation uses.
  ///
  /// - Parameter choices: as for ``objective(of:)``.
  public func usage(of choices: [Int32]) -> [Int64] {
    var used = [Int64](repeating: 0, count: rowCount)
    for (request, choice) in choices.enumerated() where choice >= 0 {
      for use in useRange(of: Int(optionStart[request] + choice)) {
        used[Int(useRows[use])] += amount(ofUse: use)
      }
    }
    return used
  }
}
