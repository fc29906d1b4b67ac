import Testing

@testable import Postgres

@Suite struct PatienceTests {
  /// How many of the next waits are left out before one is granted.
  private func pause(of patience: inout Patience) -> Int {
    var count = 0
    while !patience.isGranted(), count < 1_000_000 { count += 1 }
    return count
  }

  @Test func testAnswersInTimeAreAlwaysWaitedFor() {
    var patience = Patience()
    for _ in 0..<10 {
      #expect(pause(of: &patience) == 0)
      patience.learn(wasWorthwhile: true)
    }
  }

  @Test func testWaitsInVainBecomeRareAndNeverCease() {
    var patience = Patience()
    let pauses = (0..<8).map { _ in
      patience.learn(wasWorthwhile: false)
      return pause(of: &patience)
    }
    #expect(pauses == [1, 3, 7, 15, 31, 63, 63, 63])
  }

  @Test func testOneAnswerInTimeRestoresIt() {
    var patience = Patience()
    for _ in 0..<4 { patience.learn(wasWorthwhile: false) }
    _ = pause(of: &patience)
    patience.learn(wasWorthwhile: true)
    #expect(pause(of: &patience) == 0)
  }
}
