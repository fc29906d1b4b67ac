import Postgres
import Testing

@testable import Allocation

@Suite("finance score")
struct FinanceScoreTests {
  private typealias Fixture = FinanceFixture

  private func points(
    _ change: (inout FinanceRequest) -> Void = { _ in }, product: LoanProduct = Fixture.product(),
    history: ChainHistory? = nil
  ) throws -> Int64 {
    var request = Fixture.request()
    change(&request)
    return try FinanceScore(Fixture.policy())
      .points(request, product, past: history, on: Fixture.day("2026-11-20"))
  }

  private func history(_ outstanding: Int64, bad: String) -> ChainHistory {
    ChainHistory(
      bank: "B1", chain: "C01", clients: 9, outstandingWan: outstanding,
      badLoanPct: Fixture.number(bad))
  }

  /// 10,000 × (0.35 × 0.5/2 + 0.20 × 3/6 + 0.10 × 19/60) = 875 + 1000 + 316⅔, rounded half up.
  @Test("The terms by hand")
  func byHand() throws {
    #expect(try points() == 2192)
    #expect(try points { $0.firstLoan = true } == 3192)
    #expect(try points(product: Fixture.product(collateral: .credit)) == 3192)
    #expect(try points { $0.rating = .aaa } == 3192)
    #expect(try points { $0.rating = .ccc } == 1192)
    // 0.15 × 20,000/50,000 × (1 − 1/5) = 0.048
    #expect(try points(history: history(20_000, bad: "1.00")) == 2672)
  }

  @Test("Each term is clipped to [0, 1]")
  func clipped() throws {
    #expect(try points { $0.maxRatePct = Fixture.number("9.00") } == 875 * 4 + 1317)
    #expect(try points { $0.submittedOn = Fixture.day("2026-01-01") } == 2875)
    #expect(try points(history: history(90_000, bad: "0")) == 3692)
    #expect(try points(history: history(50_000, bad: "5.01")) == 2192)
    #expect(try points(history: history(90_000, bad: "8.00")) == 2192)
  }

  @Test("History in a chain, for designation")
  func designation() throws {
    let score = try DesignationScore(Fixture.policy())
    #expect(try score.points(nil) == 0)
    var past = history(0, bad: "0")
    past.clients = 0
    #expect(try score.points(past) == 0, "no loans, no bad loans, no merit")
    // 100,000 × (0.4 × 9/50 + 0.4 × 20,000/50,000 + 0.2 × (1 − 1/5))
    #expect(try score.points(history(20_000, bad: "1.00")) == 7200 + 16_000 + 16_000)
    past.clients = 500
    past.outstandingWan = 90_000
    #expect(try score.points(past) == 100_000)
  }
}
