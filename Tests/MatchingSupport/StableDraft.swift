package import Matching

/// A stable problem as plain values.
package struct StableDraft {
  package struct Hospital {
    package var quota: Int
    package var lottery: UInt64
    package var cap: Int?
    package var list: [StableProblem.Entry] = []

    package init(quota: Int, lottery: UInt64, cap: Int? = nil, list: [StableProblem.Entry] = []) {
      (self.quota, self.lottery, self.cap, self.list) = (quota, lottery, cap, list)
    }
  }
  package struct Resident {
    package var lottery: UInt64
    package var list: [StableProblem.Entry] = []

    package init(lottery: UInt64, list: [StableProblem.Entry] = []) {
      (self.lottery, self.list) = (lottery, list)
    }
  }
  package var caps: [(limit: Int, parent: Int?)] = []
  package var hospitals: [Hospital] = []
  package var residents: [Resident] = []

  package init(
    caps: [(limit: Int, parent: Int?)] = [], hospitals: [Hospital] = [], residents: [Resident] = []
  ) {
    (self.caps, self.hospitals, self.residents) = (caps, hospitals, residents)
  }

  package func build() throws -> StableProblem {
    var builder = StableProblem.Builder()
    for cap in caps { try builder.addCap(limit: cap.limit, inside: cap.parent) }
    for hospital in hospitals {
      builder.addHospital(
        quota: hospital.quota, lottery: hospital.lottery, cap: hospital.cap, list: hospital.list)
    }
    for resident in residents {
      builder.addResident(lottery: resident.lottery, list: resident.list)
    }
    return try builder.build()
  }

  /// A small problem with incomplete lists, ties where wanted, zero quotas, and caps where wanted.
  package static func random(
    seed: Int, residents: Int = 4, hospitals: Int = 3, hasTies: Bool, hasCaps: Bool
  ) -> StableDraft {
    var random = SplitMix(seed: seed)
    var draft = StableDraft()
    if hasCaps {
      draft.caps = [(random.below(4), nil), (random.below(3), 0), (random.below(3), nil)]
    }
    let (rows, columns) = (random.below(residents + 1), random.below(hospitals + 1))
    for _ in 0..<columns {
      let cap = hasCaps && random.chance(percent: 70) ? random.below(3) : nil
      draft.hospitals.append(
        Hospital(
          quota: random.below(3), lottery: random.next(), cap: cap,
          list: list(of: rows, hasTies, &random)))
    }
    for _ in 0..<rows {
      draft.residents.append(
        Resident(lottery: random.next(), list: list(of: columns, hasTies, &random)))
    }
    return draft
  }

  private static func list(
    of parties: Int, _ hasTies: Bool, _ random: inout SplitMix
  ) -> [StableProblem.Entry] {
    var tier = random.below(2)
    var list: [StableProblem.Entry] = []
    for party in (0..<parties).shuffled(using: &random) where random.chance(percent: 75) {
      if !hasTies || random.chance(percent: 60) { tier += 1 }
      list.append(.init(party: party, tier: tier))
    }
    return list
  }

  /// As ``random(seed:residents:hospitals:hasTies:hasCaps:)``, with later mentions of parties that a
  /// list has already, and with tiers up to the largest there is.
  package static func awkward(
    seed: Int, residents: Int = 4, hospitals: Int = 3, hasCaps: Bool
  ) -> StableDraft {
    var draft = random(
      seed: seed, residents: residents, hospitals: hospitals, hasTies: true, hasCaps: hasCaps)
    var random = SplitMix(seed: seed + 2_000_000)
    for index in draft.residents.indices { draft.residents[index].list.makeAwkward(&random) }
    for index in draft.hospitals.indices { draft.hospitals[index].list.makeAwkward(&random) }
    return draft
  }

  /// The same problem with every tie fallen by lottery. Caps compare tiers across hospitals, so the
  /// new tiers number all pairs of hospitals' lists in one order.
  package func tiesFallen() -> StableDraft {
    var result = self
    for index in residents.indices {
      result.residents[index].list = residents[index].list
        .sorted { ($0.tier, hospitals[$0.party].lottery) < ($1.tier, hospitals[$1.party].lottery) }
        .enumerated().map { .init(party: $1.party, tier: $0) }
    }
    let pairs = hospitals.indices.flatMap { hospital in
      hospitals[hospital].list.map { (hospital: hospital, entry: $0) }
    }.sorted {
      ($0.entry.tier, residents[$0.entry.party].lottery, hospitals[$0.hospital].lottery)
        < ($1.entry.tier, residents[$1.entry.party].lottery, hospitals[$1.hospital].lottery)
    }
    for index in hospitals.indices { result.hospitals[index].list = [] }
    for (tier, pair) in pairs.enumerated() {
      result.hospitals[pair.hospital].list.append(.init(party: pair.entry.party, tier: tier))
    }
    return result
  }
}

extension [StableProblem.Entry] {
  fileprivate mutating func makeAwkward(_ random: inout SplitMix) {
    while !isEmpty, random.chance(percent: 40) {
      let place = random.below(count)
      let party = self[random.below(count)].party
      insert(.init(party: party, tier: self[place].tier), at: place)
    }
    guard let last, random.chance(percent: 40) else { return }
    let lift = Int(Int32.max) - 1 - last.tier
    for place in random.below(count)..<count { self[place].tier += lift }
  }
}

/// Every matching of a small stable problem, judged by the definition.
package struct StableBruteForce {
  private let draft: StableDraft
  package private(set) var stable: [[Int32]] = []

  package init(_ draft: StableDraft) {
    self.draft = draft
    var choices = [Int32](repeating: -1, count: draft.residents.count)
    explore(0, &choices)
  }

  private mutating func explore(_ resident: Int, _ choices: inout [Int32]) {
    guard resident < choices.count else {
      if isFeasible(choices), blocking(choices).isEmpty { stable.append(choices) }
      return
    }
    for choice in -1..<draft.residents[resident].list.count {
      choices[resident] = Int32(choice)
      explore(resident + 1, &choices)
    }
    choices[resident] = -1
  }

  package func hospital(_ choices: [Int32], _ resident: Int) -> Int? {
    choices[resident] < 0 ? nil : draft.residents[resident].list[Int(choices[resident])].party
  }

  /// Of several mentions of a hospital the first counts.
  private func isFirstMention(_ resident: Int, _ choice: Int) -> Bool {
    let list = draft.residents[resident].list
    return !list.prefix(choice).contains { $0.party == list[choice].party }
  }

  private func tier(_ hospital: Int, _ resident: Int) -> Int? {
    draft.hospitals[hospital].list.first { $0.party == resident }?.tier
  }

  /// The tiers held by everyone whose hospital stands under what `contains` says.
  private func tiers(_ choices: [Int32], where contains: (Int) -> Bool) -> [Int] {
    choices.indices.compactMap { resident in
      guard let hospital = hospital(choices, resident), contains(hospital) else { return nil }
      return tier(hospital, resident) ?? .max
    }
  }

  private func path(_ hospital: Int) -> [(limit: Int, contains: (Int) -> Bool)] {
    var result: [(limit: Int, contains: (Int) -> Bool)] = [
      (draft.hospitals[hospital].quota, { $0 == hospital })
    ]
    var cap = draft.hospitals[hospital].cap
    while let current = cap {
      result.append((draft.caps[current].limit, { self.isUnder($0, current) }))
      cap = draft.caps[current].parent
    }
    return result
  }

  private func isUnder(_ hospital: Int, _ cap: Int) -> Bool {
    var current = draft.hospitals[hospital].cap
    while let node = current {
      if node == cap { return true }
      current = draft.caps[node].parent
    }
    return false
  }

  package func isFeasible(_ choices: [Int32]) -> Bool {
    choices.indices.allSatisfy { resident in
      guard let hospital = hospital(choices, resident) else { return true }
      return tier(hospital, resident) != nil && isFirstMention(resident, Int(choices[resident]))
        && path(hospital).allSatisfy { tiers(choices, where: $0.contains).count <= $0.limit }
    }
  }

  package func blocking(_ choices: [Int32]) -> [StableProblem.BlockingPair] {
    var result: [StableProblem.BlockingPair] = []
    for (resident, value) in draft.residents.enumerated() {
      let current = choices[resident] < 0 ? Int.max : value.list[Int(choices[resident])].tier
      for entry in value.list where entry.tier < current {
        guard let tier = tier(entry.party, resident) else { continue }
        let full = path(entry.party).first { tiers(choices, where: $0.contains).count >= $0.limit }
        let isWanted = full.map { (tiers(choices, where: $0.contains).max() ?? -1) > tier } ?? true
        if isWanted { result.append(.init(resident: resident, hospital: entry.party)) }
      }
    }
    return result
  }
}

extension StableDraft {
  /// The same problem in another order, with the new place of each resident and hospital.
  package struct Shuffle {
    package var draft: StableDraft
    package var residentPlace: [Int]
    package var hospitalPlace: [Int]
  }

  /// Residents and hospitals change places; inside a list entries of equal tier do.
  package func shuffled(using random: inout SplitMix) -> Shuffle {
    let residentOrder = residents.indices.shuffled(using: &random)
    let hospitalOrder = hospitals.indices.shuffled(using: &random)
    let (residentPlace, hospitalPlace) = (inverse(residentOrder), inverse(hospitalOrder))
    func moved(
      _ list: [StableProblem.Entry], _ place: [Int]
    ) -> [StableProblem.Entry] {
      list.shuffled(using: &random).map { .init(party: place[$0.party], tier: $0.tier) }
        .sorted { $0.tier < $1.tier }
    }
    var result = StableDraft(caps: caps)
    for old in hospitalOrder {
      var hospital = hospitals[old]
      hospital.list = moved(hospital.list, residentPlace)
      result.hospitals.append(hospital)
    }
    for old in residentOrder {
      var resident = residents[old]
      resident.list = moved(resident.list, hospitalPlace)
      result.residents.append(resident)
    }
    return Shuffle(draft: result, residentPlace: residentPlace, hospitalPlace: hospitalPlace)
  }

  private func inverse(_ order: [Int]) -> [Int] {
    var place = [Int](repeating: 0, count: order.count)
    for (new, old) in order.enumerated() { place[old] = new }
    return place
  }
}
