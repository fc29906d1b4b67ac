import Matching
import Postgres
import Testing

@testable import Allocation

@Suite("Advice on small cases, checked by solving again")
struct AdvisorTests {
  private let scope = RoundScope(
    mechanism: .techvp, jurisdiction: "341800", businessDate: TechVPFixture.day("2026-11-20"))

  private func solved(_ snapshot: TechVPSnapshot) throws -> SolvedRound {
    try SolvedRound.solve(
      TechVP.self, snapshot, scope: scope, policy: TechVPFixture.policy(),
      calendar: WorkingCalendar(exceptions: [:], years: []), clock: ContinuousClock())
  }

  @Test("A university whose only eligible expert is taken still has room for a second one")
  func onlyExpert() throws {
    // The rows of the university and of its one eligible expert have the same options; which of
    // them the engine nests in which is a matter of lottery, and must not matter here.
    for number in 1...24 {
      let numbers = ["KJ-\(number)-a", "KJ-\(number)-b"]
      var second = TechVPFixture.expert("ZJ-\(number)-2")
      second.title = .lecturer
      let snapshot = TechVPFixture.snapshot(
        requests: numbers.map { TechVPFixture.request($0) },
        experts: [TechVPFixture.expert("ZJ-\(number)-1"), second],
        universities: [TechVPFixture.university(max: 2)])
      let round = try solved(snapshot)
      let loser = try #require(round.unserved.first)
      #expect(loser.smallestChange.figures.map(\.rule) == ["title"])
      #expect(loser.smallestChange.figures.map(\.resource) == ["ZJ-\(number)-2"])
    }
  }

  @Test("A tie is settled by lottery; one point more wins without it")
  func tie() throws {
    let snapshot = TechVPFixture.snapshot(
      requests: ["KJ-1", "KJ-2"].map { TechVPFixture.request($0) })
    let round = try solved(snapshot)
    let loser = try #require(round.unserved.first)
    let lottery = round.problem.requests.map {
      Lottery.number(seed: round.seed, subject: $0.number)
    }
    #expect(lottery[loser.request] == lottery.max())
    #expect(loser.smallestChange.score == .init(resource: "ZJ-1", score: 5000, needed: 5001))
    #expect(loser.reason == .outbid)
    #expect(
      loser.explanation[.english]
        == "The expert ZJ-1 adds more to the total with others. The nearest option is expert ZJ-1 "
        + "with 5000 points; 5001 would win.")
  }

  @Test("A cap of nothing is said to be nothing")
  func exhausted() throws {
    let round = try solved(
      TechVPFixture.snapshot(universities: [TechVPFixture.university(max: 1, engaged: 1)]))
    let loser = try #require(round.unserved.first)
    #expect(loser.reason == .capacity)
    #expect(loser.row == "university:4134010359")
    #expect(loser.smallestChange == SmallestChange(score: nil, figures: []))
    #expect(
      loser.explanation[.english] == "The university cap 4134010359 has nothing left.")
  }

  @Test("Nobody eligible: the commonest rule, and each figure that would have won")
  func noOption() throws {
    var request = TechVPFixture.request()
    request.daysPerMonth = 8
    let round = try solved(TechVPFixture.snapshot(requests: [request]))
    let loser = try #require(round.unserved.first)
    #expect(loser.reason == .noOption)
    #expect(
      loser.explanation[.english]
        == "None of 1 experts meets every rule; for the nearest (1): too few days a month. "
        + "With the days a month changed from 8 to 6, expert ZJ-1 is won with 4250 points.")
  }

  @Test("A change that would not win is not called one")
  func noAdvice() throws {
    var loser = TechVPFixture.request("KJ-2")
    loser.minTitle = .professor
    loser.fields = ["8.7", "1", "2", "3", "4", "5", "6", "7"]
    let expert = TechVPFixture.expert()
    var junior = expert
    junior.title = .associateProfessor
    let winner = TechVPFixture.request("KJ-1")
    let round = try solved(
      TechVPFixture.snapshot(requests: [winner, loser], experts: [junior]))
    let unserved = try #require(round.unserved.first)
    #expect(unserved.reason == .noOption)
    #expect(unserved.smallestChange.figures.isEmpty)
  }
}
