import Matching
import MatchingSupport
import Testing

/// Problems at the edge of sense, and those beyond it.
@Suite struct DesignationExtremesTests {
  private func draft(
    groups: Int, resources: Int, limit: Int, capacity: Int64 = 10, pairScore: Int64 = 3
  ) -> DesignationDraft {
    DesignationDraft(
      limit: limit,
      resources: (0..<resources).map { .init(capacity: capacity, lottery: UInt64($0)) },
      groups: (0..<groups).map {
        .init(pairScores: Array(repeating: pairScore, count: resources), lottery: UInt64($0))
      })
  }

  private func expectOptimal(
    _ draft: DesignationDraft, _ objective: Int64, _ where: SourceLocation = #_sourceLocation
  ) throws {
    let solution = try Engine.solve(draft.build())
    #expect(solution.objective == objective, sourceLocation: `where`)
    #expect(solution.tightestBound == objective, sourceLocation: `where`)
    #expect(solution.isProvedBest, sourceLocation: `where`)
    #expect(DesignationRecount.objective(draft, solution) == objective, sourceLocation: `where`)
  }

  @Test func nothingToGive() throws {
    try expectOptimal(draft(groups: 0, resources: 0, limit: 0), 0)
    try expectOptimal(draft(groups: 0, resources: 1, limit: 1), 0)
    try expectOptimal(draft(groups: 0, resources: 3, limit: 0), 0)
  }

  @Test func groupsWithoutMembers() throws {
    try expectOptimal(draft(groups: 1, resources: 2, limit: 1), 6)
    try expectOptimal(draft(groups: 3, resources: 6, limit: 1), 18)
    try expectOptimal(draft(groups: 3, resources: 2, limit: 9), 18)
    try expectOptimal(draft(groups: 4, resources: 4, limit: 2, pairScore: 0), 0)
  }

  @Test func nothingFitsOrNobodyIsWanted() throws {
    var empty = draft(groups: 2, resources: 3, limit: 2, capacity: 0)
    empty.members = (0..<4).map { .init(group: $0 % 2, amount: 1, scores: [5, 5, 5], lottery: 1) }
    try expectOptimal(empty, 12)
    empty.members[0].amount = 0
    try expectOptimal(empty, 17)
    var refused = draft(groups: 2, resources: 3, limit: 2)
    refused.members = (0..<4).map {
      .init(group: $0 % 2, amount: 1, scores: [0, 0, 0], lottery: 1)
    }
    try expectOptimal(refused, 12)
    var tooLarge = draft(groups: 1, resources: 3, limit: 2)
    tooLarge.members = [.init(group: 0, amount: 11, scores: [9, 9, 9], lottery: 1)]
    try expectOptimal(tooLarge, 6)
  }

  @Test func valuesNear31BitsStayExact() throws {
    var huge = draft(
      groups: 2, resources: 4, limit: 1, capacity: 1 << 32, pairScore: 1 << 31)
    huge.members = (0..<6).map { index in
      .init(
        group: index % 2, amount: (1 << 31) - 1, scores: Array(repeating: (1 << 31) - 1, count: 4),
        lottery: UInt64(index))
    }
    try expectOptimal(huge, 4 << 31 + 6 * ((1 << 31) - 1))
  }

  @Test func sumsThatCouldOverflowAreRefused() throws {
    var dear = draft(groups: 1, resources: 2, limit: 1)
    dear.members = [.init(group: 0, amount: 1, scores: [1 << 52, 0], lottery: 1)]
    #expect(throws: DesignationProblemError.sumTooLarge(what: "the sum of scores")) {
      try dear.build()
    }
    let wide = draft(groups: 1, resources: 2, limit: 1, capacity: .max)
    #expect(throws: DesignationProblemError.sumTooLarge(what: "the sum of capacities")) {
      try wide.build()
    }
    var heavy = draft(groups: 1, resources: 2, limit: 1)
    heavy.members = [.init(group: 0, amount: .max, scores: [1, 0], lottery: 1)]
    #expect(throws: DesignationProblemError.sumTooLarge(what: "the sum of amounts")) {
      try heavy.build()
    }
  }

  @Test func impossibleProblemsSayWhy() throws {
    #expect(throws: DesignationProblemError.fewerThanTwoResources(1)) {
      try draft(groups: 1, resources: 1, limit: 5).build()
    }
    #expect(throws: DesignationProblemError.tooFewPlaces(needed: 6, found: 5)) {
      try draft(groups: 3, resources: 5, limit: 1).build()
    }
    #expect(throws: DesignationProblemError.tooFewPlaces(needed: 2, found: 0)) {
      try draft(groups: 1, resources: 5, limit: 0).build()
    }
    #expect(throws: DesignationProblemError.groupLimit(-1)) {
      try draft(groups: 1, resources: 5, limit: -1).build()
    }
    let error = DesignationProblemError.tooFewPlaces(needed: 6, found: 5)
    #expect(error.description.contains("6 places"))
    #expect(error.description.contains("raise the limit"))
  }

  @Test func malformedValuesAreNamed() throws {
    var bad = draft(groups: 2, resources: 2, limit: 2)
    bad.members = [.init(group: 2, amount: 1, scores: [1, 1], lottery: 1)]
    #expect(throws: DesignationProblemError.unknownGroup(member: 0, group: 2)) { try bad.build() }
    bad.members = [.init(group: 0, amount: 1, scores: [1], lottery: 1)]
    #expect(throws: DesignationProblemError.scoreCount(of: .member(0), expected: 2, found: 1)) {
      try bad.build()
    }
    bad.members = [.init(group: 0, amount: -1, scores: [1, 1], lottery: 1)]
    #expect(
      throws: DesignationProblemError.negative(what: "the amount", of: .member(0), value: -1)
    ) { try bad.build() }
    bad.members = []
    bad.groups[1].pairScores[1] = -7
    #expect(
      throws: DesignationProblemError.negative(
        what: "the score for resource 1", of: .group(1), value: -7)
    ) { try bad.build() }
  }
}
