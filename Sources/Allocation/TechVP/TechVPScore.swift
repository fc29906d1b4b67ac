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

  /// All that the points of a pair depend on.
  struct Figures: Hashable {
    /// Fields shared, of those asked for.
    let shared, fields: Int
    /// Steps of the title above the least asked.
    let title: Int
    let projects: Int
    /// Days a month above those asked.
    let days: Int
    /// The enterprise's county in the expert's list, from 0, and how long that list is.
    let place, places: Int

    init(_ request: ExpertRequest, _ expert: Expert) {
      shared = request.fields.count { expert.fields.contains($0) }
      fields = request.fields.count
      title = expert.title.level - request.minTitle.level
      projects = expert.pastProjects
      days = expert.daysPerMonth - request.daysPerMonth
      places = expert.regions.count
      place = expert.regions.firstIndex(of: request.region) ?? places
    }
  }

  /// The points of an eligible pair.
  ///
  /// - Throws: ``FractionError`` if the policy holds a full mark of 0.
  func points(_ figures: Figures) throws -> Int64 {
    var score = Score()
    try score.add(
      weight: fields,
      share: Fraction(Int128(figures.shared), over: Int128(max(1, figures.fields))))
    try score.add(weight: title, share: Fraction(Int128(figures.title), over: Int128(Title.span)))
    try score.add(
      weight: projects, share: Fraction(Int128(figures.projects)).dividing(by: fullProjects))
    try score.add(weight: days, share: Fraction(Int128(figures.days)).dividing(by: fullDays))
    try score.add(
      weight: region, share: Score.share(ofPlace: figures.place, in: figures.places))
    return try score.points()
  }
}

/// Scores pairs; what gives the same figures is scored once.
final class TechVPScorer {
  private let score: TechVPScore
  private var known: [TechVPScore.Figures: Int64] = [:]

  init(_ policy: Policy) throws {
    score = try TechVPScore(policy)
  }

  /// The points of an eligible pair.
  ///
  /// - Throws: ``FractionError`` if the policy holds a full mark of 0.
  func points(_ request: ExpertRequest, _ expert: Expert) throws -> Int64 {
    let figures = TechVPScore.Figures(request, expert)
    if let points = known[figures] { return points }
    let points = try score.points(figures)
    known[figures] = points
    return points
  }
}
