/// How well a talent fits a host post and an institution post (design §6), with the policy's weights.
struct RotationScore: Sendable {
  private let region, degree, chain, home: Fraction

  init(_ policy: Policy) throws {
    region = try policy.fraction("rotation.weight.region")
    degree = try policy.fraction("rotation.weight.degree")
    chain = try policy.fraction("rotation.weight.chain")
    home = try policy.fraction("rotation.weight.home")
  }

  /// What the host post brings, before rounding.
  private func hostPart(_ talent: Talent, _ host: HostPost) throws -> Score {
    var score = Score()
    try score.add(
      weight: region,
      share: Score.share(
        ofPlace: talent.regions.firstIndex(of: host.region) ?? talent.regions.count,
        in: talent.regions.count))
    try score.add(
      weight: degree,
      share: Fraction(
        Int128(talent.degree.level - host.minDegree.level), over: Int128(Degree.span)))
    if host.chainMajors.contains(talent.major) { try score.add(weight: chain, share: .one) }
    return score
  }

  /// The points of an eligible talent and host post: with an institution post in the talent's home
  /// county, and with one elsewhere.
  func points(_ talent: Talent, _ host: HostPost) throws -> (home: Int64, elsewhere: Int64) {
    let elsewhere = try hostPart(talent, host)
    var atHome = elsewhere
    try atHome.add(weight: home, share: .one)
    return (try atHome.points(), try elsewhere.points())
  }
}
