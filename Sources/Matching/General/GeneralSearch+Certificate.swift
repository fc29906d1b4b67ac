extension GeneralSearch {
  /// The tightest proof at hand, in exact integers.
  func certificate(for problem: Problem) -> Certificate {
    let found = searchCertificate(for: problem)
    guard isProvedBest, problem.useRows.count <= ProofSearch.useLimit else { return found }
    let best = problem.objective(chosen: chosen(for: problem))
    var search = ProofSearch(problem, best: best, from: found, meter)
    return search.run()
  }

  /// The better of the two forms at the search's own prices.
  private func searchCertificate(for problem: Problem) -> Certificate {
    let exact = ExactPrices(model, problem)
    let price = MisfitCover.raise(exact.price(pricePrices, priceRelaxation.unit), problem)
    guard packingValue < .infinity else { return price }
    let packing = MisfitCover.raise(
      exact.packing(packingPrices, packingRelaxation.unit), problem)
    var budget = ProofSearch.packingPairs
    // What is thought of as better need not be so after rounding.
    guard let first = try? price.bound(for: problem),
      let second = try? packing.bound(for: problem, budget: &budget)
    else { return price }
    return second < first ? packing : price
  }
}
