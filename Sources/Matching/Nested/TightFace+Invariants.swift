extension TightFace {
  /// Checks after an exchange that those who may lose their place are served at no profit and listed
  /// where they are; does nothing in release builds. Large instances are not walked at every step.
  @inline(__always)
  func checkInvariants(_ state: borrowing NestedFlow) {
    assert(state.requestCount > 64 || hasSoundLists(state), "the lists of loose requests")
  }

  private func hasSoundLists(_ state: borrowing NestedFlow) -> Bool {
    var listed: Int32 = 0
    for row in 0...state.root {
      var request = loose.first(row)
      while request >= 0 {
        guard isLoose[request], state.choice[request] >= 0, state.profit[request] == 0,
          state.home(of: request) == row
        else { return false }
        listed += 1
        request = loose.next(request)
      }
    }
    return listed == (0..<state.requestCount).reduce(into: Int32(0)) { $0 += isLoose[$1] ? 1 : 0 }
  }
}
