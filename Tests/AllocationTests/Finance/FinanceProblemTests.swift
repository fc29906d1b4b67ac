import Matching
import Postgres
import Testing

@testable import Allocation

@Suite("finance problem")
struct FinanceProblemTests {
  private typealias Fixture = FinanceFixture

  private func problem(_ snapshot: FinanceSnapshot) throws -> RoundProblem {
    try Finance.problem(of: snapshot, policy: Fixture.policy())
  }

  private func row(_ name: String, _ problem: RoundProblem) throws -> RoundProblem.Row {
    try #require(problem.rows.first { $0.name == name })
  }

  @Test("A line is a row on the ledger; a floor is a lower bound with a penalty")
  func rows() throws {
    let problem = try problem(
      Fixture.snapshot(banks: [
        Fixture.bank(free: 900, floor: 400, placed: 100), Fixture.bank("B2", free: nil),
      ]))
    let line = try row("credit_line:B1", problem)
    #expect((line.upper, line.lots.first?.code) == (900, "credit_line:B1:2026-10-01"))
    let floor = try row("inclusive:B1", problem)
    #expect(
      (floor.lower, floor.upper, floor.penalty, floor.lots.first?.code) == (300, 900, 10, nil))
    #expect(try row("credit_line:B2", problem).upper == 0)
    #expect(
      !problem.rows.contains { $0.name == "inclusive:B2" }, "a floor that is met asks for nothing")
  }

  @Test("A floor above what is left of the line stays a floor, and its shortfall is counted")
  func floorAboveLine() throws {
    let snapshot = Fixture.snapshot(
      requests: [Fixture.request(amount: 150)],
      banks: [Fixture.bank(free: 200, floor: 1000), Fixture.bank("B2")],
      products: [Fixture.product()])
    let problem = try problem(snapshot)
    #expect(try row("inclusive:B1", problem).lower == 1000)
    let solution = try Engine.solve(problem.matchingProblem(seed: "s"))
    // 150 of the 1,000 are served: 850 are missing at 10 points each.
    #expect(solution.objective == problem.requests[0].options[0].score - 8500)
    #expect(solution.bound == solution.objective)
  }

  @Test("A floor wins a small enterprise's loan over a better medium one")
  func floorDecides() throws {
    var small = Fixture.request("RZ-small", uscc: "91341802MR1JELYE2D")
    small.rating = .bb
    var medium = Fixture.request("RZ-medium", uscc: "913418218W3WPPPX3W")
    medium.size = .medium
    medium.rating = .aaa
    var product = Fixture.product()
    product.sizes = [.medium, .small]
    for (floor, winner) in [(Int64(0), "RZ-medium"), (500, "RZ-small")] {
      let problem = try problem(
        Fixture.snapshot(
          requests: [small, medium], banks: [Fixture.bank(free: 500, floor: floor)],
          products: [product]))
      let solution = try Engine.solve(problem.matchingProblem(seed: "s"))
      let served = problem.requests.indices.filter { solution.choices[$0] >= 0 }
      #expect(served.map { problem.requests[$0].number } == [winner])
    }
  }

  @Test("Several requests of one enterprise share its client limit")
  func clientRow() throws {
    let requests = ["RZ-1", "RZ-2", "RZ-3"].map { Fixture.request($0, amount: 1000) }
    let problem = try problem(
      Fixture.snapshot(
        requests: requests, banks: [Fixture.bank(limit: 2500)], products: [Fixture.product()],
        exposures: [
          ClientExposure(bank: "B1", uscc: requests[0].uscc, amountWan: 500, drawnWan: 0)
        ]))
    #expect(try row("client:B1/\(requests[0].uscc)", problem).upper == 2000)
    let solution = try Engine.solve(problem.matchingProblem(seed: "s"))
    #expect(solution.assigned == 2)
    let single = try self.problem(Fixture.snapshot())
    #expect(!single.rows.contains { $0.kind == "client" }, "one request needs no row of its own")
  }

  @Test("Where a bank fails a rule, its products' own failures are on record all the same")
  func everyFailure() throws {
    var small = Fixture.product("B1-2")
    small.maxWan = 300
    var other = Fixture.product("B1-3")
    other.sizes = [.large]
    other.maxMonths = 6
    let problem = try problem(
      Fixture.snapshot(
        products: [Fixture.product(), small, other, Fixture.product("B2-1", bank: "B2")],
        declined: [DeclinedBank(request: "RZ-1", bank: "B1")]))
    let request = try #require(problem.requests.first)
    #expect(request.options.map(\.resource) == ["B2"])
    let found = request.refusals.map { "\($0.rule) \($0.resource) \($0.needed) \($0.found)" }
    #expect(
      found.sorted() == [
        "amount B1 \(Fixture.request().amountWan) B1-2：100–300",
        "declined B1 not declined declined",
        "size B1 small B1-3：large", "term B1 12 B1-3：6",
      ])
  }

  @Test("An offer says its rate as the prime rate plus basis points, by its term")
  func rates() throws {
    var long = Fixture.request("RZ-2")
    long.termMonths = 61
    var product = Fixture.product(rate: "3.35")
    product.maxMonths = 120
    let problem = try problem(
      Fixture.snapshot(requests: [Fixture.request(), long], products: [product]))
    let details = problem.requests.map { $0.options[0].detail }
    #expect(details.map { $0["basis_points"] } == ["35", "-15"])
    #expect(details.map { $0["lpr_pct"] } == ["3.00", "3.50"])
    #expect(details.map { $0["lpr_on"] } == ["2025-05-20", "2025-05-20"])
    #expect(details[0]["rate_pct"] == "3.35")
    #expect(Finance.department(of: problem.requests[0].options[0]) == "bank:B1")
  }

  @Test("A renewal prefers the bank that holds the loan; another purpose does not")
  func renewalPrefersItsBank() throws {
    var renewal = Fixture.request()
    renewal.purpose = .renewal
    let held = ClientExposure(bank: "B2", uscc: renewal.uscc, amountWan: 300, drawnWan: 300)
    func scores(_ request: FinanceRequest) throws -> [Int64] {
      try problem(Fixture.snapshot(requests: [request], exposures: [held]))
        .requests[0].options.map(\.score)
    }
    let renewed = try scores(renewal)
    #expect(renewed[1] == renewed[0] + 1000)
    let other = try scores(Fixture.request())
    #expect(other[0] == other[1])
  }

  @Test("Order of input changes neither digest nor problem")
  func canonical() throws {
    let forward = Fixture.snapshot(
      requests: [Fixture.request("RZ-1"), Fixture.request("RZ-2")],
      declined: [.init(request: "RZ-1", bank: "B1"), .init(request: "RZ-1", bank: "B2")])
    let backward = Fixture.snapshot(
      requests: [Fixture.request("RZ-2"), Fixture.request("RZ-1")],
      banks: [Fixture.bank("B2"), Fixture.bank()],
      products: [Fixture.product("B2-1", bank: "B2"), Fixture.product()],
      declined: [.init(request: "RZ-1", bank: "B2"), .init(request: "RZ-1", bank: "B1")])
    func digest(_ snapshot: FinanceSnapshot) -> String {
      var text = CanonicalText()
      snapshot.append(to: &text)
      return text.digest
    }
    #expect(digest(forward) == digest(backward))
    #expect(try problem(forward).requests == problem(backward).requests)
  }

  @Test("Each relaxation makes one more product eligible, and by no more than it takes")
  func relaxations() throws {
    var request = Fixture.request(amount: 1500)
    let amount = try Finance.relaxations(
      of: "RZ-1", in: Fixture.snapshot(requests: [request]), policy: Fixture.policy())
    #expect(amount.map(\.rule) == ["amount"])
    #expect(amount.first?.to == "1000")
    #expect(amount.first?.options.map(\.resource) == ["B1", "B2"])
    request = Fixture.request()
    request.maxRatePct = Fixture.number("3.80")
    let rate = try Finance.relaxations(
      of: "RZ-1", in: Fixture.snapshot(requests: [request]), policy: Fixture.policy())
    #expect(rate.map(\.to) == ["4.00"])
    #expect(rate.first?.distance == 20)
  }
}
