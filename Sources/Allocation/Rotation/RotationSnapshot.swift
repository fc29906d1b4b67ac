public import Postgres

/// What a rotation round reads: talents who are not yet hired, host posts with their free seats,
/// institution posts with the headcount they have left, and the pairs ruled out.
public struct RotationSnapshot: RoundSnapshot {
  public let businessDate: DateOnly
  public let talents: [Talent]
  public let hosts: [HostPost]
  public let posts: [InstitutionPost]
  /// Pairs that one side has declined before.
  public let declined: CanonicalSet<TalentHost>

  public init(
    businessDate: DateOnly, talents: [Talent], hosts: [HostPost], posts: [InstitutionPost],
    declined: Set<TalentHost>
  ) {
    self.businessDate = businessDate
    self.talents = talents.sorted(byText: \.code)
    self.hosts = hosts.sorted(byText: \.number)
    self.posts = posts.sorted(byText: \.code)
    self.declined = CanonicalSet(declined)
  }

  public func append(to text: inout CanonicalText) {
    text.append("date", ["\(businessDate)"])
    for talent in talents {
      text.append(
        "talent",
        [
          talent.code, talent.degree.rawValue, talent.major, talent.homeRegion ?? "",
          talent.regions.joined(separator: ";"), "\(talent.availableFrom)",
        ])
    }
    for host in hosts {
      text.append(
        "host",
        [
          host.number, host.uscc, host.enterprise, host.region,
          host.chainMajors.joined(separator: ";"), host.majors.joined(separator: ";"),
          host.minDegree.rawValue, "\(host.minSeats)", "\(host.maxSeats)", "\(host.heldSeats)",
          "\(host.startOn)", "\(host.months)",
        ])
    }
    for post in posts {
      text.append(
        "post",
        [
          post.code, post.institution, post.region, post.majors.joined(separator: ";"),
          "\(post.freeHeadcount)",
        ])
    }
    for pair in declined.elements.sorted(byText: { "\($0.talent)\t\($0.hostPost)" }) {
      text.append("declined", [pair.talent, pair.hostPost])
    }
  }

  /// The day on which a talent would begin at a host.
  func start(_ talent: Talent, _ host: HostPost) -> DateOnly {
    max(host.startOn, talent.availableFrom, businessDate)
  }
}
