/// How well an expert fits a request (design §6), with the policy's weights.
struct TechVPScore: Sendable {
  private let fields, title, projects, days, region: Fraction
  private let fullProjects, fullDays: Fraction

  init(_ policy: Policy) throws {
    fields = try policy.fraction("techvp.weight.fields")
    title = try policy.fraction("techvp.weight.title")
    projects = try policy.fraction("techvp.weight.projects")
    days = try policy.fraction("techvp.weight.days")
    region = try policy.fraction("techvp.weight.region")
    fullProjects = try policy.fraction("techvp.full.projects")
    fullDays = try policy.fraction("techvp.full.days")
  }

  /// The points of an eligible pair.
  ///
  /// - Throws: ``FractionError`` if the policy holds a full mark of 0.
  func points(_ request: ExpertRequest, _ expert: Expert) throws -> Int64 {
    var score = Score()
    try score.add(
      weight: fields,
      share: Fraction(
        Int128(request.sharedFields(with: expert)), over: Int128(max(1, request.fields.count))))
    try score.add(
      weight: title,
      share: Fraction(
        Int128(expert.title.level - request.minTitle.level), over: Int128(Title.span)))
    try score.add(
      weight: projects, share: Fraction(Int128(expert.pastProjects)).dividing(by: fullProjects))
    try score.add(
      weight: days,
      share: Fraction(Int128(expert.daysPerMonth) - Int128(request.daysPerMonth))
        .dividing(by: fullDays))
    try score.add(
      weight: region,
      share: Score.share(
        ofPlace: expert.regions.firstIndex(of: request.region) ?? expert.regions.count,
        in: expert.regions.count))
    return try score.points()
  }
}
