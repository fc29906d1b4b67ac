import Postgres

/// The hard rules of rotation (design §6). A talent and a host post that fail one are no option,
/// whatever the score.
enum RotationRule: String, CaseIterable, Sendable {
  case major, degree, region, term, institution, declined

  /// What the rule looks at, and how its failure is put.
  var term: Glossary.Rule { .init(figure: figure, failure: failure) }

  private var figure: Glossary.Term {
    switch self {
    case .major: .init("专业类", "major")
    case .degree: .init("学位", "degree")
    case .region: .init("意向县市区", "counties")
    case .term: .init("派驻期限（月）", "length of the placement in months")
    case .institution: .init("事业岗位的专业类", "majors of institution posts")
    case .declined: .init("此前答复", "earlier answers")
    }
  }

  private var failure: Glossary.Term {
    switch self {
    case .major: .init("专业不在岗位所列之内", "major not wanted")
    case .degree: .init("学位低于最低要求", "degree below the least asked")
    case .region: .init("不在意向县市区", "county not acceptable to the talent")
    case .term: .init("派驻期限超出范围", "placement too short or too long")
    case .institution: .init("没有事业岗位接收该专业", "no institution post takes the major")
    case .declined: .init("此前已有一方谢绝", "declined by one side before")
    }
  }
}

/// The limits that the rules read from the policy.
struct RotationLimits: Sendable {
  /// What the database allows, whatever the policy says.
  static let lawful = 12...36

  /// How long a placement may be, in months.
  let months: ClosedRange<Int>

  /// - Throws: ``PolicyError``.
  init(_ policy: Policy) throws {
    let least = max(Self.lawful.lowerBound, try policy.count("rotation.limit.min_months"))
    let most = min(Self.lawful.upperBound, try policy.count("rotation.limit.max_months"))
    guard least <= most else {
      throw PolicyError.missing(
        name: "rotation.limit.min_months", version: policy.version,
        expected: "at most rotation.limit.max_months, both within 12 and 36")
    }
    months = least...most
  }
}

extension RotationSnapshot {
  /// The rules that a pair fails, each with the figures on both sides; none for an eligible pair.
  ///
  /// - Parameters:
  ///   - posts: the institution posts that take the talent's major.
  ///   - majors: those that some institution post takes, for a talent whom none takes.
  func refusals(
    _ talent: Talent, _ host: HostPost, posts: [InstitutionPost], majors: String,
    _ limits: RotationLimits
  ) -> [RoundProblem.Refusal] {
    RotationRule.allCases.compactMap { rule in
      failure(of: rule, talent, host, posts, majors, limits).map { figures in
        RoundProblem.Refusal(
          rule: rule.rawValue, resource: host.number, needed: figures.needed, found: figures.found)
      }
    }
  }

  private func failure(
    of rule: RotationRule, _ talent: Talent, _ host: HostPost, _ posts: [InstitutionPost],
    _ majors: String, _ limits: RotationLimits
  ) -> (needed: String, found: String)? {
    func unless(_ holds: Bool, _ needed: String, _ found: String) -> (String, String)? {
      holds ? nil : (needed, found)
    }
    switch rule {
    case .major:
      return unless(
        host.majors.contains(talent.major), talent.major, host.majors.joined(separator: ";"))
    case .degree:
      return unless(
        talent.degree.level >= host.minDegree.level, talent.degree.rawValue,
        host.minDegree.rawValue)
    case .region:
      return unless(
        talent.regions.contains(host.region), talent.regions.joined(separator: ";"), host.region)
    case .term:
      return unless(
        limits.months.contains(host.months),
        "\(limits.months.lowerBound)–\(limits.months.upperBound)", "\(host.months)")
    case .institution: return unless(!posts.isEmpty, talent.major, majors)
    case .declined:
      let pair = TalentHost(talent: talent.code, hostPost: host.number)
      return unless(!declined.contains(pair), "not declined", "declined")
    }
  }

  /// The institution posts that take a talent.
  func posts(for talent: Talent) -> [InstitutionPost] {
    posts.filter { $0.majors.contains(talent.major) }
  }

  /// Every major that some institution post takes, in order.
  var institutionMajors: String {
    Set(posts.flatMap(\.majors)).sorted(byText: { $0 }).joined(separator: ";")
  }
}
