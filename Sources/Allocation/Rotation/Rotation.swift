import Postgres

/// Rotation 政聘企培: a talent is hired onto an institution's headcount, works at a key enterprise for
/// two or three years, and then stays there or takes the institution post.
///
/// An option is a host post and an institution post for a talent; it uses a seat of the one and a
/// head of the other. The request of a round is the talent, who belongs to no enterprise: its USCC is
/// empty, and an offer bears the host's, which the option's detail names.
public enum Rotation: Mechanism {
  public static let name = MechanismName.rotation

  public static func problem(
    of snapshot: RotationSnapshot, policy: Policy
  ) throws -> RoundProblem {
    let rules = try RotationRules(policy)
    return RoundProblem(
      requests: try snapshot.talents.map { try rules.request($0, in: snapshot) },
      rows: snapshot.rows(penalty: Int64(try policy.count("rotation.penalty.seat"))))
  }

  /// The departments of personnel (人社) bring the four parties together and answer for them.
  public static func department(of option: RoundProblem.Option) -> String? { "human_resources" }

  public static var companionField: String? { RoundProblem.Option.institutionPost }

  public static let glossary = Glossary(
    resource: .init("企业岗位", "host post"),
    rules: Dictionary(
      uniqueKeysWithValues: RotationRule.allCases.map { ($0.rawValue, $0.term) }),
    rows: [
      "host_post": .init("企业岗位", "host post"),
      "institution_post": .init("事业岗位编制", "headcount of institution post"),
    ],
    scarcity: ["institution_post": .capacity])
}

/// The rules and the score of one policy.
struct RotationRules: Sendable {
  let limits: RotationLimits
  let score: RotationScore

  init(_ policy: Policy) throws {
    limits = try RotationLimits(policy)
    score = try RotationScore(policy)
  }

  /// A talent with every option, and every refusal on record.
  func request(_ talent: Talent, in snapshot: RotationSnapshot) throws -> RoundProblem.Request {
    let posts = snapshot.posts(for: talent)
    let postRows = posts.map(\.row)
    let majors = posts.isEmpty ? snapshot.institutionMajors : ""
    var options: [RoundProblem.Option] = []
    var refusals: [RoundProblem.Refusal] = []
    for host in snapshot.hosts {
      let failures = snapshot.refusals(
        talent, host, posts: posts, majors: majors, limits)
      refusals += failures
      guard failures.isEmpty else { continue }
      let points = try score.points(talent, host)
      let (row, start) = (host.row, "\(snapshot.start(talent, host))")
      options += zip(posts, postRows).map { post, postRow in
        Rotation.option(
          host, post, rows: [row, postRow], start: start,
          score: post.region == talent.homeRegion ? points.home : points.elsewhere)
      }
    }
    return RoundProblem.Request(
      number: talent.code, uscc: "", enterprise: "", options: options, refusals: refusals)
  }
}

extension Rotation {
  static func option(
    _ host: HostPost, _ post: InstitutionPost, rows: [String], start: String, score: Int64
  ) -> RoundProblem.Option {
    RoundProblem.Option(
      resource: host.number,
      detail: [
        "county": host.region, "institution": post.institution, "institution_post": post.code,
        "months": "\(host.months)", "starts_on": start, "uscc": host.uscc,
      ],
      amount: 1, unit: "person", score: score,
      uses: rows.map { .init(row: $0, amount: 1) })
  }
}

extension HostPost {
  /// The row of its seats.
  var row: String { "host_post:\(number)" }
}

extension InstitutionPost {
  /// The row of its headcount.
  var row: String { "institution_post:\(code)" }
}

extension RotationSnapshot {
  /// One row a host post: the seats that are left, and how many of them should be taken; and one an
  /// institution post: the headcount that is left.
  func rows(penalty: Int64) -> [RoundProblem.Row] {
    hosts.map { host in
      let left = Int64(max(0, host.maxSeats - host.heldSeats))
      let lacking = min(left, Int64(max(0, host.minSeats - host.heldSeats)))
      return .init(
        kind: "host_post", resource: host.number, unit: "person", lower: lacking, upper: left,
        penalty: lacking > 0 ? penalty : 0)
    }
      + posts.map {
        .init(
          kind: "institution_post", resource: $0.code, unit: "person",
          upper: Int64(max(0, $0.freeHeadcount)))
      }
  }
}
