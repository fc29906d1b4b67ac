/// Family C: land-like. A request takes area of one parcel and as much of the parcel's district.
enum LandFamily {
  private static let draws = 15

  static func text(_ requests: Int, seed: UInt64) -> InstanceText {
    let parcels = max(8, Int((0.241 * Double(requests)).rounded(.toNearestOrEven)))
    let districts = max(4, Int(Double(parcels).squareRoot()) / 2)
    let capacityStream = SplitMix(seed: seed, stream: 1)
    let capacities = (0..<parcels).map { 50 + capacityStream.below(751, $0) }
    let district = (0..<parcels).map { $0 * districts / parcels }
    var quotas = [Int](repeating: 0, count: districts)
    for parcel in 0..<parcels { quotas[district[parcel]] += capacities[parcel] }
    let rows = candidates(requests, parcels, districts, district, seed)
    let area = SplitMix(seed: seed, stream: 2)
    var text = InstanceText("alloc")
    text.line([requests, parcels + districts])
    for capacity in capacities { text.line([0, capacity, 0]) }
    for quota in quotas { text.line([0, quota * 80 / 100, 0]) }
    for (request, row) in rows.enumerated() {
      text.add(row.count)
      let use = 5 + area.below(196, request)
      for (parcel, score) in row {
        for value in [score, 2, parcel, use, parcels + district[parcel], use] { text.add(value) }
      }
      text.endLine()
    }
    return text
  }

  private static func candidates(
    _ requests: Int, _ parcels: Int, _ districts: Int, _ district: [Int], _ seed: UInt64
  ) -> [[(parcel: Int, score: Int)]] {
    let homes = SplitMix(seed: seed, stream: 3)
    let draw = SplitMix(seed: seed, stream: 4)
    let quality = SplitMix(seed: seed, stream: 5)
    let noise = SplitMix(seed: seed, stream: 6)
    let first = (0..<districts).map { wanted in district.firstIndex(of: wanted) ?? 0 }
    var size = [Int](repeating: 0, count: districts)
    for number in district { size[number] += 1 }
    return (0..<requests).map { request in
      let home = homes.below(districts, request)
      let drawn = (0..<draws).map { position in
        let index = request * draws + position
        return position < 10
          ? first[home] + draw.below(size[home], index) : draw.below(parcels, index)
      }.sorted()
      return drawn.enumerated().compactMap { position, parcel in
        if position > 0 && drawn[position - 1] == parcel { return nil }
        let score =
          1 + quality.below(500, parcel) + noise.below(500, request * draws + position)
        return (parcel, score)
      }
    }
  }
}
