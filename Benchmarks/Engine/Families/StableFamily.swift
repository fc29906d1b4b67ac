/// Family E: residents and hospitals with quotas, strict or with ties.
enum StableFamily {
  private static let draws = 10

  private struct Entry {
    let resident: Int
    let hospital: Int
    let tier: Int
    /// Where the resident stands in the hospital's list: nearer 0 is better.
    let key: UInt64
  }

  static func text(_ residents: Int, ties: Bool, seed: UInt64) -> InstanceText {
    let hospitals = max(12, Int((Double(residents) / 15.5).rounded(.toNearestOrEven)))
    let quota = SplitMix(seed: seed, stream: 6)
    let lists = (0..<residents).map { entries(of: $0, hospitals, ties, seed) }
    var text = InstanceText("stable")
    text.line([residents, hospitals])
    text.line((0..<hospitals).map { 1 + quota.below(30, $0) })
    for list in lists { text.line([list.count] + list.flatMap { [$0.hospital, $0.tier] }) }
    var byHospital = [[Entry]](repeating: [], count: hospitals)
    for entry in lists.joined() { byHospital[entry.hospital].append(entry) }
    for list in byHospital {
      let order = list.sorted { ($0.key, $0.resident) < ($1.key, $1.resident) }
      text.line([order.count] + ranked(order, ties))
    }
    return text
  }

  private static func entries(
    of resident: Int, _ hospitals: Int, _ ties: Bool, _ seed: UInt64
  ) -> [Entry] {
    func stream(_ number: UInt64) -> SplitMix { SplitMix(seed: seed, stream: number) }
    var entries: [Entry] = []
    for position in 0..<draws {
      let index = resident * draws + position
      let hospital = min(stream(1).below(hospitals, index), stream(2).below(hospitals, index))
      if entries.contains(where: { $0.hospital == hospital }) { continue }
      let tied = ties && stream(4).below(100, index) < 30 && !entries.isEmpty
      let merit = UInt64(stream(5).below(8, resident))
      entries.append(
        Entry(
          resident: resident, hospital: hospital,
          tier: (entries.last?.tier ?? 0) + (tied ? 0 : 1),
          key: ties ? merit : stream(3).bits(index) >> 1))
    }
    return entries
  }

  private static func ranked(_ order: [Entry], _ ties: Bool) -> [Int] {
    var tier = 0
    var previous: UInt64?
    return order.flatMap { entry in
      if !ties || entry.key != previous { tier += 1 }
      previous = entry.key
      return [entry.resident, tier]
    }
  }
}
