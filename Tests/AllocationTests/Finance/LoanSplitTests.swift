import Matching
import Postgres
import Testing

@testable import Allocation

@Suite("A loan shared by the two banks of a chain")
struct LoanSplitTests {
  private typealias Fixture = FinanceFixture

  private static let rule: [String: Policy.Value] = [
    "finance.split.rule": .word("above"), "finance.split.above": .number(600),
  ]

  private func problem(
    _ request: FinanceRequest, banks: [Bank] = [Fixture.bank(), Fixture.bank("B2")],
    products: [LoanProduct] = [Fixture.product(), Fixture.product("B2-1", bank: "B2")],
    policy: [String: Policy.Value] = rule
  ) throws -> RoundProblem {
    try Finance.problem(
      of: Fixture.snapshot(requests: [request], banks: banks, products: products),
      policy: Fixture.policy(policy))
  }

  private func shared(_ problem: RoundProblem) -> [RoundProblem.Option] {
    problem.requests.flatMap(\.options).filter { $0.detail["partner"] != nil }
  }

  @Test(
    "Shares: the least of each bank, and one half",
    arguments: [
      (601, "0.30", [181, 300, 420]), (1000, "0.30", [300, 500, 700]), (1000, "0.50", [500]),
      (1001, "0.50", []), (1000, "0", [1, 500, 999]), (600, "0.30", []),
    ] as [(Int64, String, [Int64])])
  func shares(amount: Int64, least: String, expected: [Int64]) throws {
    let policy = Fixture.policy(
      Self.rule.merging(["finance.split.least_share": .number(Fixture.number(least))]) { $1 })
    let split = try #require(try LoanSplit(policy))
    #expect(try split.shares(of: amount) == expected)
  }

  @Test("No loan is shared by default, nor without a chain, nor up to the threshold")
  func notShared() throws {
    #expect(try shared(problem(Fixture.request(amount: 1000), policy: [:])).isEmpty)
    #expect(try shared(problem(Fixture.request(chain: nil, amount: 1000))).isEmpty)
    #expect(try shared(problem(Fixture.request(amount: 600))).isEmpty)
    #expect(try shared(problem(Fixture.request(amount: 1000))).count == 3)
  }

  @Test("A rule that is none, and a share above one half, are refused")
  func wrongPolicy() {
    #expect(throws: PolicyError.self) {
      try LoanSplit(Fixture.policy(["finance.split.rule": .word("sometimes")]))
    }
    #expect(throws: PolicyError.self) {
      try LoanSplit(
        Fixture.policy(
          Self.rule.merging(["finance.split.least_share": .number(Fixture.number("0.51"))]) { $1 }))
    }
  }

  @Test("Each share meets every rule of its own bank")
  func rules() throws {
    let wide = try shared(problem(Fixture.request(amount: 2000)))
    #expect(wide.map { $0.detail["partner_wan"] } == ["1000"], "a product lends at most 1000")
    let limited = try shared(
      problem(Fixture.request(amount: 1000), banks: [Fixture.bank(limit: 400), Fixture.bank("B2")]))
    #expect(limited.map { $0.detail["partner_wan"] } == ["700"])
    let lineless = try shared(
      problem(Fixture.request(amount: 1000), banks: [Fixture.bank(free: nil), Fixture.bank("B2")]))
    #expect(lineless.isEmpty)
  }

  @Test("A shared loan takes of both lines, and earns no more than the better bank alone")
  func usesAndPoints() throws {
    let problem = try problem(
      Fixture.request(amount: 1000),
      products: [
        Fixture.product(rate: "3.60"), Fixture.product("B1-0", rate: "4.10"),
        Fixture.product("B2-1", bank: "B2", rate: "4.20"),
      ])
    let single = problem.requests[0].options.filter { $0.detail["partner"] == nil }.map(\.score)
    let best = try #require(single.max())
    for option in shared(problem) {
      #expect(option.score <= best)
      #expect(option.score >= (single.min() ?? 0))
      #expect(option.detail["product"] == "B1-1", "of equal shares the best product counts")
      let lines = option.uses.filter { $0.row.hasPrefix("credit_line:") }
      #expect(lines.map(\.row) == ["credit_line:B1", "credit_line:B2"])
      #expect(lines.reduce(0) { $0 + $1.amount } == 1000)
    }
  }

  @Test("Two short lines serve together what neither can alone")
  func serves() throws {
    let banks = [Fixture.bank(free: 520), Fixture.bank("B2", free: 700)]
    for (policy, served) in [([:], 0), (Self.rule, 1)] {
      let problem = try problem(Fixture.request(amount: 1000), banks: banks, policy: policy)
      #expect(try Engine.solve(problem.matchingProblem(seed: "s")).assigned == served)
    }
  }
}
