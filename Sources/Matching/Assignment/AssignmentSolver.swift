/// # Assignment and transportation with capacities: ε-auction, then exact shortest paths
///
/// **Problem.** Requests i, resources j with integer capacities c_j ≥ 0, and options (i, j) with
/// integer scores s_ij ≥ 0. Give each request at most one unit of one resource, no resource more
/// than its capacity, and maximise the sum of scores. (Family *assignment* where all c_j = 1,
/// *transportation* with unit supplies otherwise. A request may stay unserved, at 0.)
///
/// **Notation.** λ_j ≥ 0 is the price of a unit of j, u_i = max(0, max_j s_ij − λ_j) the profit of i.
///
/// **Optimality.** An allocation is optimal exactly if prices exist with: served requests are at a
/// best option (u_i = s_ij − λ_j), unserved ones have u_i = 0, and resources with free units have
/// λ_j = 0. Then Σ u_i + Σ λ_j c_j equals the sum of scores, in integers. Some integer λ always does.
///
/// **Method.**
/// 1. A forward auction with similar units, in a few phases of falling ε (`Auction`,
///    `AuctionSchedule`). Its outcome need not be optimal and may be cut short at any bid.
/// 2. `keepTightSeats` keeps the pairs that satisfy optimality exactly, about 98 in 100.
/// 3. `ForwardSearch` serves or sends away the requests left over, `BackwardSearch` fills or
///    prices at 0 the units left over: shortest augmenting paths from both sides. Where scores tie,
///    `ForwardPlateau` and `BackwardPlateau` first move many at once along tight pairs.
///
/// Steps 2 and 3 are exact from any prices, so ε only matters for speed. No step depends on threads,
/// addresses or time: the same input gives the same answer everywhere.
///
/// **Complexity.** The auction is bounded by 40 bids for each request and resource and phase; the
/// searches take O(E + m log m) each, for at most n + Σ c_j searches, E options and m resources;
/// measured, they are few and local. Memory: 8 bytes an option for the copied rows and as much for
/// their transpose where it is needed, 64 bytes a request during the auction, with 32-bit scores.
///
/// **Limits.** See `AssignmentProblem.init`. Scores up to 2²⁹ − 2 are computed in 32 bits, larger
/// ones in 64. The worst cases so far are dense problems with products as scores (s_ij = i·j: most
/// pairs are a little off their best after the auction) and candidates along a line.
///
/// **Sources.** D. P. Bertsekas, "Auction algorithms for network flow problems: a tutorial
/// introduction", Computational Optimization and Applications 1 (1992); D. P. Bertsekas, D. A.
/// Castañon, "A forward/reverse auction algorithm for asymmetric assignment problems", ibid.;
/// R. Jonker, A. Volgenant, "A shortest augmenting path algorithm for dense and sparse linear
/// assignment problems", Computing 38 (1987); A. V. Goldberg, R. Kennedy, "An efficient cost
/// scaling algorithm for the assignment problem", Mathematical Programming 71 (1995).
package enum AssignmentSolver {
  /// Solves a problem to proven optimality, or as far as the meter lets it.
  ///
  /// - Returns: choices, prices that prove them (`AssignmentCertificate` recomputes the proof), and
  ///   what `options` ask for. If the meter ended the work, the choices still keep every capacity, the
  ///   prices still prove a bound, and there is no price range.
  /// - Complexity: see the head of this file.
  package static func solve(
    _ problem: AssignmentProblem, _ options: AssignmentOptions = AssignmentOptions(),
    _ meter: WorkMeter = WorkMeter()
  ) -> AssignmentSolution {
    if problem.scores.max() ?? 0 <= Int64(Int32.kernelLimit) {
      solve(problem, options, meter, as: Int32.self)
    } else {
      solve(problem, options, meter, as: Int64.self)
    }
  }

  /// Solves in a given width of integer, which must hold the scores.
  static func solve<Score: KernelScore>(
    _ problem: AssignmentProblem, _ options: AssignmentOptions, _ meter: WorkMeter = WorkMeter(),
    as width: Score.Type
  ) -> AssignmentSolution {
    let memory = AssignmentMemory<Score>(problem)
    let floor = memory.floor
    var work = AssignmentSolution.Work()
    runAuction(floor, &work, meter)
    floor.listTenants()
    runSearches(floor, &work, meter)
    guard !meter.isOver else { return answer(problem, floor, nil, work) }
    floor.checkInvariants()
    var range: AssignmentSolution.PriceRange?
    if options.firstServed {
      var exchange = FirstServed(floor)
      exchange.run(meter)
      work.exchanges = exchange.exchanges
      floor.checkInvariants()
    }
    if options.priceRange && !meter.isOver { range = floor.priceRange() }
    return answer(problem, floor, range, work)
  }

  private static func runAuction<Score: KernelScore>(
    _ floor: AssignmentFloor<Score>, _ work: inout AssignmentSolution.Work, _ meter: WorkMeter
  ) {
    meter.spend(floor.requestCount)
    guard floor.resourceCount > 0, !meter.isOver else { return }
    let auction = Auction(floor)
    var schedule = AuctionSchedule(floor)
    let budget =
      AuctionSchedule<Score>.bidsAllowed * (floor.requestCount + floor.resourceCount)
    while true {
      let bids = auction.run(increment: schedule.increment, budget: budget, meter)
      work.bids += bids
      work.phases += 1
      // What is seated now is the answer; the next step would unseat what is not at its best.
      guard !meter.isOver else { return }
      let idle = (0..<floor.requestCount).count { floor.seat[$0] < 0 }
      let loose = floor.keepTightSeats()
      let drop = schedule.drop(idle: idle)
      guard bids <= budget, schedule.advance(loose: loose) else { return }
      auction.lowerPrices(by: drop)
    }
  }

  private static func runSearches<Score: KernelScore>(
    _ floor: AssignmentFloor<Score>, _ work: inout AssignmentSolution.Work, _ meter: WorkMeter
  ) {
    guard !meter.isOver else { return }
    var forward = ForwardSearch(floor)
    forward.run(meter)
    work.forwardSearches = forward.searches
    work.forwardSettled = forward.settled
    guard !meter.isOver, BackwardSearch.isNeeded(floor) else { return }
    var backward = BackwardSearch(floor)
    backward.run(meter)
    work.backwardSearches = backward.searches
    work.backwardSettled = backward.settled
  }
}
