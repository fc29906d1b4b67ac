import Matching

extension Draft {
  /// A small problem with uses of several units on crossing rows: a parcel each (or none), quotas
  /// across, lower bounds with penalties, ties, amounts that never fit, and empty capacities.
  package static func general(
    seed: Int, requests: Int = 6, parcels: Int = 3, quotas: Int = 2, scores: Int = 12
  ) -> Draft {
    var random = SplitMix(seed: seed)
    var draft = Draft()
    let parcelCount = random.below(parcels + 1)
    let quotaCount = random.below(quotas + 1)
    let wishes = random.chance(percent: 50)
    for index in 0..<(parcelCount + quotaCount) {
      let upper = random.below(index < parcelCount ? 12 : 18)
      let lower = wishes && random.chance(percent: 30) ? random.below(8) : 0
      draft.rows.append(
        Row(
          lower: Int64(lower), upper: Int64(upper), penalty: Int64(random.below(4)),
          lottery: random.next()))
    }
    for _ in 0..<random.below(requests + 1) {
      var request = Request(lottery: random.next())
      for _ in 0..<random.below(4) {
        request.options.append(
          option(&random, parcelCount, quotaCount, score: Int64(random.below(scores))))
      }
      draft.requests.append(request)
    }
    return draft
  }

  private static func option(
    _ random: inout SplitMix, _ parcels: Int, _ quotas: Int, score: Int64
  ) -> Option {
    var option = Option(score: score)
    if parcels > 0 && !random.chance(percent: 10) {
      let amount = Int64(random.below(8) + 1)
      option.uses.append(Problem.Use(row: random.below(parcels), amount: amount))
    }
    for quota in 0..<quotas where random.chance(percent: 60) {
      let amount = Int64(random.below(6) + 1)
      option.uses.append(Problem.Use(row: parcels + quota, amount: amount))
    }
    return option
  }
}
