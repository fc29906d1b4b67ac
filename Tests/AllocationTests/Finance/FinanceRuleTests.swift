import Postgres
import Testing

@testable import Allocation

@Suite("finance rules")
struct FinanceRuleTests {
  private typealias Fixture = FinanceFixture

  /// The refusals of the fixture's request at the fixture's first bank, after a change.
  private func refusals(
    _ change: (inout FinanceRequest) -> Void = { _ in }, product: LoanProduct = Fixture.product(),
    bank: Bank = Fixture.bank(), exposures: [ClientExposure] = [], declined: [DeclinedBank] = []
  ) throws -> [RoundProblem.Refusal] {
    var request = Fixture.request()
    change(&request)
    let snapshot = Fixture.snapshot(
      requests: [request], banks: [bank], products: [product],
      chainBanks: [ChainBanks(chain: "C01", lead: "B1", partner: "B2")], exposures: exposures,
      declined: declined)
    let problem = try Finance.problem(of: snapshot, policy: Fixture.policy())
    let answer = try #require(problem.requests.first)
    #expect(answer.options.isEmpty == !answer.refusals.isEmpty)
    return answer.refusals
  }

  private func refused(_ rule: String, _ needed: String, _ found: String) -> [RoundProblem.Refusal]
  {
    [RoundProblem.Refusal(rule: rule, resource: "B1", needed: needed, found: found)]
  }

  @Test("A pair that meets every rule is an option")
  func eligible() throws {
    #expect(try refusals().isEmpty)
  }

  @Test(
    "The amount lies inside the product's, both ends included",
    arguments: [(99, false), (100, true), (1000, true), (1001, false)])
  func amount(wan: Int64, isEligible: Bool) throws {
    #expect(
      try refusals { $0.amountWan = wan }
        == (isEligible ? [] : refused("amount", "\(wan)", "B1-1：100–1000")))
  }

  @Test("The term is at most the product's", arguments: [(24, true), (25, false)])
  func term(months: Int, isEligible: Bool) throws {
    #expect(
      try refusals { $0.termMonths = months }
        == (isEligible ? [] : refused("term", "25", "B1-1：24"))
    )
  }

  @Test("The rate is at or under the ceiling", arguments: [("4.00", true), ("3.99", false)])
  func rate(ceiling: String, isEligible: Bool) throws {
    #expect(
      try refusals { $0.maxRatePct = Fixture.number(ceiling) }
        == (isEligible ? [] : refused("rate", "3.99", "B1-1：4.00")))
  }

  @Test(
    "The rating is at or above the product's least; no rating is below every one",
    arguments: [(Rating.bb, true), (.aaa, true), (.b, false), (nil, false)] as [(Rating?, Bool)])
  func rating(has: Rating?, isEligible: Bool) throws {
    #expect(
      try refusals { $0.rating = has }
        == (isEligible ? [] : refused("rating", has?.rawValue ?? "-", "B1-1：BB")))
  }

  @Test("The collateral is offered", arguments: [(Collateral.mortgage, true), (.guarantee, false)])
  func collateral(has: Collateral, isEligible: Bool) throws {
    #expect(
      try refusals { $0.collateral = [has] }
        == (isEligible ? [] : refused("collateral", "guarantee", "B1-1：mortgage")))
  }

  @Test("The size is served", arguments: [(EnterpriseSize.micro, true), (.medium, false)])
  func size(has: EnterpriseSize, isEligible: Bool) throws {
    #expect(
      try refusals { $0.size = has }
        == (isEligible ? [] : refused("size", "medium", "B1-1：small;micro")))
  }

  @Test(
    "The client limit counts what the enterprise owes and has been offered",
    arguments: [(2500, true), (2501, false)])
  func clientLimit(owed: Int64, isEligible: Bool) throws {
    let exposure = ClientExposure(
      bank: "B1", uscc: Fixture.request().uscc, amountWan: owed, drawnWan: 0)
    #expect(
      try refusals(exposures: [exposure])
        == (isEligible ? [] : refused("client_limit", "500", "499")))
  }

  @Test("A renewal takes the place of what is drawn", arguments: [true, false])
  func renewal(isRenewal: Bool) throws {
    let exposure = ClientExposure(
      bank: "B1", uscc: Fixture.request().uscc, amountWan: 3000, drawnWan: 3000)
    let found = try refusals(
      { if isRenewal { $0.purpose = .renewal } }, exposures: [exposure])
    #expect(found == (isRenewal ? [] : refused("client_limit", "500", "0")))
  }

  @Test("A bank without a line this quarter, and one that has declined")
  func bankRules() throws {
    #expect(
      try refusals(bank: Fixture.bank(free: nil)) == refused("credit_line", "500", "0"))
    #expect(
      try refusals(declined: [DeclinedBank(request: "RZ-1", bank: "B1")])
        == refused("declined", "not declined", "declined"))
    #expect(try refusals(declined: [DeclinedBank(request: "RZ-2", bank: "B1")]).isEmpty)
  }

  @Test("A product that fails several rules names them all")
  func several() throws {
    let found = try refusals {
      $0.amountWan = 2000
      $0.rating = .ccc
    }
    #expect(found.map(\.rule) == ["amount", "rating"])
  }

  @Test("A chain without two banks is told so; an enterprise on no chain sees every bank")
  func chains() throws {
    let snapshot = Fixture.snapshot(
      requests: [Fixture.request(chain: "C02"), Fixture.request("RZ-2", chain: nil)],
      banks: [Fixture.bank(), Fixture.bank("B2"), Fixture.bank("B3")],
      products: ["B1", "B2", "B3"].map { Fixture.product("\($0)-1", bank: $0) })
    let problem = try Finance.problem(of: snapshot, policy: Fixture.policy())
    #expect(
      problem.requests[0].refusals == [
        .init(rule: "chain_banks", resource: "C02", needed: "2", found: "0")
      ])
    #expect(problem.requests[0].options.isEmpty)
    #expect(problem.requests[1].options.map(\.resource) == ["B1", "B2", "B3"])
  }
}
