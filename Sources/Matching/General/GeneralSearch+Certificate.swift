/// What a search for bounds of its own has found.
struct Proof {
  let certificate: Certificate
  /// What it proves.
  var value = Double.infinity
  /// The choice of kept rows from which to go on; see ``BoundSearch``.
  var leading: [Int] = []
}

extension GeneralSearch {
  /// The tightest proof at hand, in exact integers.
  func certificate() -> Certificate {
    tightenProof()
    return proof?.certificate ?? searchCertificate()
  }

  /// Looks for a better proof of the best answer, for a share of the work done so far.
  func tightenProof() { tightenProof(work: proofWork) }

  /// As ``tightenProof()``, in a lane of its own while others go on.
  func tightenProofMeanwhile(
    _ lanes: [GeneralSearch], _ body: @escaping @Sendable (GeneralSearch, Int) -> [Int32]
  ) -> [[Int32]] {
    let prover = GeneralSearch(lane: lanes.count, of: self)
    let work = proofWork
    // The longest piece begins first.
    let found = inLanes([prover] + lanes) { lane, place in
      guard place == 0 else { return body(lane, place - 1) }
      lane.tightenProof(work: work)
      return lane.best
    }
    proof = prover.proof
    return Array(found.dropFirst())
  }

  private var proofWork: Int64 { BoundSearch.leastWork + meter.spent / 2 }

  /// Whether a search for a proof may begin at all.
  var mayTightenProof: Bool {
    !meter.isStopped && meter.remaining > 0 && problem.useRows.count <= BoundSearch.useLimit
  }

  private func tightenProof(work: Int64) {
    guard mayTightenProof else { return }
    let start = proof ?? Proof(certificate: searchCertificate())
    let best = problem.objective(chosen: chosen)
    let own = meter.share(atMost: work)
    var search = BoundSearch(
      problem, best: best, from: start.certificate, leading: start.leading, own)
    let found = search.run()
    meter.absorb(own)
    proof = Proof(certificate: found, value: Double(search.bound), leading: search.leading)
  }

  /// The better of the two forms at the search's own prices.
  private func searchCertificate() -> Certificate {
    let exact = ExactPrices(model, problem)
    let price = MisfitCover.raise(exact.price(pricePrices, priceRelaxation.unit), problem)
    guard packingValue < .infinity else { return price }
    let packing = MisfitCover.raise(
      exact.packing(packingPrices, packingRelaxation.unit), problem)
    var budget = BoundSearch.packingPairs
    // What is thought of as better need not be so after rounding.
    guard let first = try? price.bound(for: problem),
      let second = try? packing.bound(for: problem, budget: &budget)
    else { return price }
    return second < first ? packing : price
  }
}
