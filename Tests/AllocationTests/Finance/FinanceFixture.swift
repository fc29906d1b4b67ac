import Postgres

@testable import Allocation

/// A request and a product that meet every rule, to be spoiled one figure at a time.
enum FinanceFixture {
  static func day(_ text: String) -> DateOnly { DateOnly(text: text) ?? DateOnly.todayInShanghai }

  static func number(_ text: String) -> Numeric { Numeric(text: text) ?? 0 }

  static func request(
    _ number: String = "RZ-1", uscc: String = "91341802CR63F0WT2P", chain: String? = "C01",
    amount: Int64 = 500
  ) -> FinanceRequest {
    FinanceRequest(
      number: number, uscc: uscc, enterprise: "样本企业", chain: chain, size: .small,
      rating: .bbb, amountWan: amount, termMonths: 12, collateral: [.mortgage, .credit],
      maxRatePct: Self.number("4.50"), purpose: .workingCapital, firstLoan: false,
      submittedOn: day("2026-11-01"))
  }

  static func bank(
    _ code: String = "B1", free: Int64? = 10_000, limit: Int64 = 3000, floor: Int64 = 0,
    placed: Int64 = 0
  ) -> Bank {
    Bank(
      code: code, maxChains: 2, clientLimitWan: limit,
      line: free.map {
        CreditLine(
          lot: "credit_line:\(code):2026-10-01", freeWan: $0, inclusiveFloorWan: floor,
          inclusiveWan: placed)
      })
  }

  static func product(
    _ code: String = "B1-1", bank: String = "B1", collateral: Collateral = .mortgage,
    rate: String = "4.00"
  ) -> LoanProduct {
    LoanProduct(
      code: code, bank: bank, collateral: collateral, minWan: 100, maxWan: 1000, maxMonths: 24,
      ratePct: number(rate), minRating: .bb, sizes: [.small, .micro])
  }

  static func snapshot(
    requests: [FinanceRequest] = [request()], banks: [Bank] = [bank(), bank("B2")],
    products: [LoanProduct] = [product(), product("B2-1", bank: "B2")],
    history: [ChainHistory] = [], chainBanks: [ChainBanks]? = nil,
    exposures: [ClientExposure] = [], declined: [DeclinedBank] = []
  ) -> FinanceSnapshot {
    FinanceSnapshot(
      businessDate: day("2026-11-20"),
      lpr: LoanPrimeRate(
        publishedOn: day("2025-05-20"), oneYearPct: number("3.00"), fiveYearPct: number("3.50")),
      requests: requests, banks: banks, products: products, history: history,
      chainBanks: chainBanks ?? [ChainBanks(chain: "C01", lead: "B1", partner: "B2")],
      exposures: exposures, declined: declined)
  }

  /// The default policy's finance parameters.
  static func policy(_ changes: [String: Policy.Value] = [:]) -> Policy {
    let words = [
      "finance.silence.answer": "expire", "finance.silence.decision": "flag",
      "finance.split.rule": "never",
    ]
    let numbers = [
      "weight.rate": "0.35", "weight.rating": "0.20", "weight.history": "0.15",
      "weight.first_loan": "0.10", "weight.waiting": "0.10", "weight.unsecured": "0.10",
      "bonus.renewal": "0.10", "full.rate": "2", "full.outstanding": "50000",
      "full.bad_loan": "5", "full.waiting": "60", "clock.answer": "2", "clock.decision": "10",
      "limit.long_term": "60", "split.above": "2000", "split.least_share": "0.30",
      "penalty.inclusive": "10", "designation.history": "100000",
      "designation.clients": "0.40",
      "designation.outstanding": "0.40", "designation.bad_loan": "0.20",
      "designation.full_clients": "50",
    ]
    var values = words.mapValues { Policy.Value.word($0) }
    for (name, text) in numbers { values["finance.\(name)"] = .number(number(text)) }
    return Policy(version: 1, values: values.merging(changes) { _, new in new })
  }
}
