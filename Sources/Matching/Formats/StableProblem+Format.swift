extension StableProblem {
  /// Reads `R H`, then H quotas, then the list of each resident and of each hospital: its length
  /// and that many `party tier` pairs, best first.
  init(_ scanner: inout InstanceScanner) throws(InstanceError) {
    let limit = Problem.indexLimit
    let residentCount = try scanner.integer32(below: limit, "the number of residents")
    let hospitalCount = try scanner.integer32(below: limit, "the number of hospitals")
    var quotas: [Int32] = []
    for hospital in 0..<hospitalCount {
      quotas.append(try scanner.integer32(below: limit, "the quota of hospital \(hospital)"))
    }
    let residents = try RankedLists(
      &scanner, residentCount, of: hospitalCount, "resident", "hospital")
    let hospitals = try RankedLists(
      &scanner, hospitalCount, of: residentCount, "hospital", "resident")
    self.init(
      quotas: quotas, caps: [], hospitalCaps: [Int32](repeating: -1, count: quotas.count),
      residentLottery: (0..<UInt64(residentCount)).map(\.self),
      hospitalLottery: (0..<UInt64(hospitalCount)).map(\.self), residents: residents,
      hospitals: hospitals)
  }
}

extension RankedLists {
  fileprivate init(
    _ scanner: inout InstanceScanner, _ lists: Int32, of parties: Int32, _ owner: String,
    _ listed: String
  ) throws(InstanceError) {
    self.init()
    for list in 0..<lists {
      let length = try scanner.integer32(
        below: Problem.indexLimit, "the length of the list of \(owner) \(list)")
      var previous: Int32 = 0
      for _ in 0..<length {
        let party = try scanner.integer32(
          below: Int(parties), "a \(listed) in the list of \(owner) \(list)")
        let tier = try scanner.integer32(
          below: Problem.indexLimit, "a tier in the list of \(owner) \(list)")
        guard tier >= previous else {
          throw scanner.fault(
            "tiers in the list of \(owner) \(list) fall", "write the list best first")
        }
        append(party, tier: tier)
        previous = tier
      }
      closeList()
    }
  }
}
