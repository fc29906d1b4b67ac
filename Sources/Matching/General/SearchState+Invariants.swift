extension SearchState {
  /// Checks the rows of an option just placed or removed; does nothing in release builds. In small
  /// problems everything is recounted, in large ones only the option's own entries are.
  @inline(__always)
  func checkInvariants(_ option: Int32) {
    assert(hasSoundEntries(option), "a row's members do not agree with the choices")
    assert(model.requestCount > 16 || isSound, "uses or points differ from a recount")
  }

  private func hasSoundEntries(_ option: Int32) -> Bool {
    let isChosen = choice[model.owner[option]] == option
    return model.uses(of: option).allSatisfy { use in
      let row = model.useRow[use]
      guard used[row] >= 0, memberCount[row] >= 0 else { return false }
      return !isChosen || members[place(of: use)] == use
    }
  }

  private var isSound: Bool {
    var recount = [Int64](repeating: 0, count: model.rowCount)
    var total: Int64 = 0
    var memberships = 0
    for request in 0..<model.requestCount where choice[request] >= 0 {
      total += model.score[choice[request]]
      for use in model.uses(of: choice[request]) {
        recount[Int(model.useRow[use])] += model.useAmount[use]
        memberships += 1
      }
    }
    for row in 0..<model.rowCount {
      guard recount[row] == used[row] else { return false }
      total -= model.penalty[row] * max(0, model.lower[row] - used[row])
      memberships -= Int(memberCount[row])
    }
    return memberships == 0 && total == points
  }
}
