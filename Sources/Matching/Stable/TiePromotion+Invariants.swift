extension TiePromotion {
  /// Checks a hospital that has just gained or lost a resident: its tenants are those who are held
  /// there, and with its free places they fill its quota; does nothing in release builds.
  @inline(__always)
  func checkInvariants(_ hospital: Int32, _ market: borrowing StableMarket) {
    assert(isSound(hospital, market), "the tenants of a hospital")
  }

  private func isSound(_ hospital: Int32, _ market: borrowing StableMarket) -> Bool {
    // A quota of thousands would be walked for every one who comes.
    guard market.quota[hospital] <= 64 else { return free[hospital] >= 0 }
    var count: Int32 = 0
    var tenant = tenants.first(hospital)
    while tenant >= 0 {
      guard held[tenant] >= 0, market.hospital[held[tenant]] == hospital else { return false }
      guard !isRefused[held[tenant]] else { return false }
      count += 1
      tenant = tenants.next(tenant)
    }
    return free[hospital] >= 0 && count + free[hospital] == market.quota[hospital]
  }
}
