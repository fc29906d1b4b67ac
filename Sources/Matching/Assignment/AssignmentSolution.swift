/// What the assignment kernel answers: an optimal allocation and the prices that prove it.
package struct AssignmentSolution: Sendable, Equatable {
  /// The chosen option of each request, counted inside the request from 0; −1 where unserved.
  package var choices: [Int32]
  /// The price of one unit of each resource in points, at least 0.
  package var prices: [Int64]
  /// The sum of the chosen scores, equal to the bound that `prices` prove.
  package var objective: Int64
  /// The least and the largest optimal price of each resource, where asked for.
  package var priceRange: PriceRange?
  /// What it took, in counted steps that repeat exactly.
  package var work: Work

  /// Optimal prices are an interval for each resource; these are its ends.
  package struct PriceRange: Sendable, Equatable {
    /// What one unit more would add to the optimum.
    package var least: [Int64]
    /// What one unit less would take from the optimum; the price itself where capacity is 0.
    package var largest: [Int64]
  }

  /// Counts of the work done.
  package struct Work: Sendable, Equatable {
    /// Bids of all auction phases.
    package var bids = 0
    /// Auction phases run.
    package var phases = 0
    /// Searches for requests that the auction left over, and resources they settled.
    package var forwardSearches = 0
    package var forwardSettled = 0
    /// Searches for units that the auction left over-priced, and resources they settled.
    package var backwardSearches = 0
    package var backwardSettled = 0
    /// Requests brought in by `firstServed`.
    package var exchanges = 0
  }
}

/// What else a caller wants from the assignment kernel.
package struct AssignmentOptions: Sendable {
  /// Among all optimal allocations choose one whose set of served requests is lexicographically
  /// first: request 0 is served if any optimum serves it, then request 1, and so on.
  package var firstServed: Bool
  /// Also compute the least and the largest optimal price of each resource.
  package var priceRange: Bool

  package init(firstServed: Bool = false, priceRange: Bool = false) {
    self.firstServed = firstServed
    self.priceRange = priceRange
  }
}
