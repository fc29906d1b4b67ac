extension AssignmentFloor {
  /// Computes every request's profit at the present prices and unseats the requests that are not
  /// exactly at their best, so that complementary slackness holds on all pairs that remain.
  ///
  /// - Returns: the number of requests unseated.
  /// - Complexity: O(requests + options).
  func keepTightSeats() -> Int {
    var loose = 0
    for request in 0..<requestCount {
      let held = seat[request]
      var best: Score = 0
      var own = Score.lowest
      for option in options(of: request) {
        let value = score[option] &- price[Int(resource[option])]
        best = max(best, value)
        if resource[option] == held { own = max(own, value) }
      }
      profit[request] = best
      guard held >= 0, own != best else { continue }
      seat[request] = -1
      loose += 1
    }
    return loose
  }

  /// Rebuilds the tenants of every resource, in order of requests, from the seats.
  func listTenants() {
    for resource in 0..<resourceCount { load[resource] = 0 }
    for request in 0..<requestCount where seat[request] >= 0 {
      seat(request, on: Int(seat[request]))
    }
  }
}
