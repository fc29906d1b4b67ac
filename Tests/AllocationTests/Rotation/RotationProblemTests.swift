import Matching
import Postgres
import Testing

@testable import Allocation

@Suite("rotation problem")
struct RotationProblemTests {
  private typealias Fixture = RotationFixture

  private func problem(_ snapshot: RotationSnapshot) throws -> RoundProblem {
    try Rotation.problem(of: snapshot, policy: Fixture.policy())
  }

  private func points(
    _ talent: Talent, _ host: HostPost, _ post: InstitutionPost = Fixture.post()
  ) throws -> Int64? {
    try problem(Fixture.snapshot(talents: [talent], hosts: [host], posts: [post]))
      .requests.first?.options.first?.score
  }

  @Test("The four terms of the score")
  func score() throws {
    // Second of two counties 0.40·½, one degree of two above the least 0.25·½, chain 0.20, home 0.15.
    #expect(try points(Fixture.talent(), Fixture.host()) == 2000 + 1250 + 2000 + 1500)
    #expect(
      try points(Fixture.talent(degree: .doctor, regions: ["341802"]), Fixture.host()) == 10_000)
    var host = Fixture.host()
    host.chainMajors = []
    #expect(
      try points(
        Fixture.talent(degree: .bachelor), host, Fixture.post(region: "341881")) == 2000)
    // Third of three: 4000 / 3 = 1333.3…
    let far = Fixture.talent(degree: .bachelor, regions: ["341881", "341825", "341802"])
    #expect(try points(far, host, Fixture.post(region: "341881")) == 1333)
  }

  @Test("Rows: seats between their bounds, less those held; headcount that is left")
  func rows() throws {
    let rows = try problem(
      Fixture.snapshot(
        hosts: [
          Fixture.host("RH-1", min: 2, max: 5), Fixture.host("RH-2", min: 3, max: 5, held: 2),
          Fixture.host("RH-3", min: 1, max: 2, held: 2),
          Fixture.host("RH-4", min: 2, max: 2, held: 3),
        ], posts: [Fixture.post(free: 3), Fixture.post("BZ-2", free: -1)])
    ).rows
    #expect(
      rows.map(\.name) == [
        "host_post:RH-1", "host_post:RH-2", "host_post:RH-3", "host_post:RH-4",
        "institution_post:BZ-1", "institution_post:BZ-2",
      ])
    #expect(rows.map(\.lower) == [2, 1, 0, 0, 0, 0])
    #expect(rows.map(\.upper) == [5, 3, 0, 0, 3, 0])
    #expect(rows.map(\.penalty) == [10_000, 10_000, 0, 0, 0, 0])
  }

  @Test(
    "A placement begins when post, talent and date allow it, and the offer bears the host's USCC")
  func detail() throws {
    var late = Fixture.talent("RC-2")
    late.availableFrom = Fixture.day("2027-01-15")
    let requests = try problem(
      Fixture.snapshot(talents: [Fixture.talent(), late], hosts: [Fixture.host()])
    ).requests
    #expect(
      requests.map { $0.options.first?.detail["starts_on"] } == ["2026-12-01", "2027-01-15"])
    #expect(requests.map(\.uscc) == ["", ""])
    let detail = try #require(requests.first?.options.first?.detail)
    #expect(detail["uscc"] == "91341802CR63F0WT2P")
    #expect(detail["institution_post"] == "BZ-1")
    #expect(detail["months"] == "24")
  }

  @Test("The order in which a snapshot was read changes neither digest nor problem")
  func order() throws {
    let talents = ["RC-2", "RC-1", "RC-10"].map { Fixture.talent($0) }
    let hosts = ["RH-2", "RH-1"].map { Fixture.host($0) }
    let posts = ["BZ-3", "BZ-1", "BZ-2"].map { Fixture.post($0) }
    let one = Fixture.snapshot(talents: talents, hosts: hosts, posts: posts)
    let other = Fixture.snapshot(
      talents: talents.reversed(), hosts: hosts.reversed(), posts: posts.reversed())
    #expect(digest(one) == digest(other))
    #expect(try problem(one).requests == problem(other).requests)
    // Options of one host post have one order, whoever lists them.
    let request = try #require(try problem(one).requests.first)
    let reversed = RoundProblem(
      requests: [
        .init(
          number: request.number, uscc: "", enterprise: "", options: request.options.reversed(),
          refusals: [])
      ], rows: [])
    #expect(reversed.requests.first?.options == request.options)
  }

  private func digest(_ snapshot: RotationSnapshot) -> String {
    SolvedRound.inputDigest(
      Rotation.self, snapshot,
      scope: RoundScope(
        mechanism: .rotation, jurisdiction: "341800", businessDate: Fixture.day("2026-11-20")),
      policy: Fixture.policy(),
      deadline: Deadline(day: Fixture.day("2026-11-27"), isProvisional: false))
  }

  @Test("Every figure is in the digest")
  func digests() throws {
    func talent(_ change: (inout Talent) -> Void) -> String {
      var talent = Fixture.talent()
      change(&talent)
      return digest(Fixture.snapshot(talents: [talent]))
    }
    func host(_ change: (inout HostPost) -> Void) -> String {
      var host = Fixture.host()
      change(&host)
      return digest(Fixture.snapshot(hosts: [host]))
    }
    func post(_ change: (inout InstitutionPost) -> Void) -> String {
      var post = Fixture.post()
      change(&post)
      return digest(Fixture.snapshot(posts: [post]))
    }
    let day = Fixture.day("2027-03-01")
    let all = [
      digest(Fixture.snapshot()),
      digest(Fixture.snapshot(declined: [TalentHost(talent: "RC-1", hostPost: "RH-1")])),
      talent { $0.code = "RC-9" }, talent { $0.degree = .doctor }, talent { $0.major = "0808" },
      talent { $0.homeRegion = nil }, talent { $0.regions.reverse() },
      talent { $0.availableFrom = day },
      host { $0.number = "RH-9" }, host { $0.uscc = "913418217HLUH44C6M" },
      host { $0.enterprise = "另一企业" }, host { $0.region = "341881" },
      host { $0.chainMajors = [] }, host { $0.majors.reverse() }, host { $0.minDegree = .doctor },
      host { $0.minSeats = 1 }, host { $0.maxSeats = 3 }, host { $0.heldSeats = 1 },
      host { $0.startOn = day }, host { $0.months = 36 },
      post { $0.code = "BZ-9" }, post { $0.institution = "另一单位" }, post { $0.region = "341802" },
      post { $0.majors.append("0808") }, post { $0.freeHeadcount = 1 },
    ]
    #expect(Set(all).count == all.count)
  }

  @Test("One more county is the advice that a talent gets")
  func relaxations() throws {
    let found = try Rotation.relaxations(
      of: "RC-1",
      in: Fixture.snapshot(
        talents: [Fixture.talent(regions: ["341881"])],
        hosts: [Fixture.host(), Fixture.host("RH-2", region: "341825")]),
      policy: Fixture.policy())
    #expect(found.map(\.to) == ["341881;341802", "341881;341825"])
    #expect(found.map { $0.options.map(\.resource) } == [["RH-1"], ["RH-2"]])
  }

  @Test("Small rounds agree with trying every allocation", arguments: 0..<40)
  func bruteForce(seed: Int) throws {
    var random = SplitMix(seed: UInt64(seed))
    func pick(_ most: Int) -> Int { Int.random(in: 0...most, using: &random) }
    let counties = ["341802", "341881", "341825"]
    let talents = (0..<(1 + pick(3))).map { number in
      Fixture.talent(
        "RC-\(number)", degree: [.doctor, .master, .bachelor][pick(2)],
        regions: Array(counties.shuffled(using: &random).prefix(1 + pick(2))))
    }
    let hosts = (0...pick(2)).map { number in
      let least = pick(2)
      return Fixture.host(
        "RH-\(number)", min: least, max: max(1, least + pick(1)), held: pick(1),
        region: counties[pick(2)])
    }
    let posts = (0...pick(1)).map { number in
      Fixture.post("BZ-\(number)", free: pick(2), region: counties[pick(2)])
    }
    let problem = try problem(Fixture.snapshot(talents: talents, hosts: hosts, posts: posts))
    let solution = try problem.solved(seed: "s").solution
    #expect(solution.objective == best(problem))
    #expect(solution.objective == solution.bound)
  }

  /// The best objective over all allocations.
  private func best(_ problem: RoundProblem) -> Int64 {
    func explore(_ request: Int, _ used: [String: Int64], _ score: Int64) -> Int64 {
      guard request < problem.requests.count else {
        return score
          - problem.rows.reduce(0) {
            $0 + $1.penalty * max(0, $1.lower - used[$1.name, default: 0])
          }
      }
      var best = explore(request + 1, used, score)
      for option in problem.requests[request].options {
        var after = used
        for use in option.uses { after[use.row, default: 0] += use.amount }
        guard problem.rows.allSatisfy({ after[$0.name, default: 0] <= $0.upper }) else { continue }
        best = max(best, explore(request + 1, after, score + option.score))
      }
      return best
    }
    return explore(0, [:], 0)
  }
}
