extension PairedFlow {
  /// Checks conservation and reduced costs; does nothing in release builds.
  func checkInvariants() {
    assert(isConserved, "what flows into a node is not what flows out of it")
    assert(hasReducedCosts, "an arc with capacity left is cheaper than the potentials say")
  }

  /// Checks each step of small instances; larger ones are checked as a whole.
  @inline(__always)
  func checkStep() {
    assert(requestCount > 16 || (isConserved && hasReducedCosts), "flow and potentials disagree")
  }

  /// Nothing is lost between source and sink. The reverse of an arc holds what flows on it.
  private var isConserved: Bool {
    var surplus = [Int64](repeating: 0, count: potential.count)
    for arc in stride(from: 0, to: arcs.count, by: 2) {
      guard arcs[arc].left >= 0, arcs[arc + 1].left >= 0 else { return false }
      surplus[Int(arcs[arc + 1].to)] -= arcs[arc + 1].left
      surplus[Int(arcs[arc].to)] += arcs[arc + 1].left
    }
    return surplus.indices.allSatisfy { $0 == source || $0 == sink || surplus[$0] == 0 }
  }

  private var hasReducedCosts: Bool {
    arcs.indices.allSatisfy { index in
      let (from, to) = (potential[Int(arcs[index ^ 1].to)], potential[Int(arcs[index].to)])
      return arcs[index].left == 0 || from == Self.far || arcs[index].cost + from - to >= 0
    }
  }
}
