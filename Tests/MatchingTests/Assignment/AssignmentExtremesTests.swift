import Testing

@testable import Matching

@Suite("Assignment: extremes answer cleanly")
struct AssignmentExtremesTests {
  private func solveProven(_ rows: [Row], _ capacities: [Int]) throws -> AssignmentSolution {
    let problem = try problem(rows, capacities: capacities)
    let solution = AssignmentSolver.solve(
      problem, AssignmentOptions(firstServed: true, priceRange: true))
    let certificate = AssignmentCertificate(problem, solution)
    #expect(certificate.gap == 0)
    #expect(certificate.faults.isEmpty)
    return solution
  }

  @Test func nothing() throws {
    #expect(try solveProven([], []).objective == 0)
    #expect(try solveProven([], [3]).prices == [0])
    #expect(try solveProven([[], []], []).choices == [-1, -1])
    #expect(try solveProven([[], []], [1]).choices == [-1, -1])
  }

  @Test func noCapacity() throws {
    let solution = try solveProven([[(0, 5), (1, 3)], [(0, 9)]], [0, 1])
    #expect(solution.choices == [1, -1])
    #expect(solution.prices[0] >= 9)
  }

  @Test func onlyResourcesWithoutCapacity() throws {
    #expect(try solveProven([[(0, 5)], [(0, 9)]], [0]).objective == 0)
  }

  @Test func scoresOfZero() throws {
    let solution = try solveProven([[(0, 0)], [(0, 0)]], [1])
    #expect(solution.objective == 0)
    #expect(solution.choices == [0, -1])
  }

  @Test func sameResourceTwiceInARow() throws {
    let solution = try solveProven([[(0, 3), (0, 7), (0, 7)], [(0, 5)]], [1])
    #expect(solution.choices == [1, -1])
  }

  @Test func allEqual() throws {
    let row: Row = (0..<30).map { ($0, 7) }
    let solution = try solveProven([Row](repeating: row, count: 50), [Int](repeating: 1, count: 30))
    #expect(solution.objective == 210)
    #expect(solution.served.prefix(30).allSatisfy { $0 == "1" })
    #expect(solution.served.suffix(20).allSatisfy { $0 == "0" })
  }

  @Test func scoresNearTheLimits() throws {
    for top in [Int(Int32.kernelLimit), Int(Int32.kernelLimit) + 1, Int(Int32.max), 1 << 60] {
      let rows: [Row] = [[(0, top), (1, top - 1)], [(0, top)], [(1, top - 2)]]
      #expect(try solveProven(rows, [1, 1]).objective == Int64(top + top - 1))
    }
  }

  @Test func moreCapacityThanRequests() throws {
    let solution = try solveProven([[(0, 4)], [(0, 6)]], [Int(Int64.max)])
    #expect(solution.objective == 10)
    #expect(solution.prices == [0])
  }

  @Test func manyRequestsOnOneResource() throws {
    let count = 100_000
    var numbers = SeededNumbers(3)
    let scores = (0..<count).map { _ in 1 + numbers.below(1_000_000) }
    let solution = try solveProven(scores.map { [(0, $0)] }, [count / 2])
    let best = scores.sorted(by: >).prefix(count / 2).reduce(0, +)
    #expect(solution.objective == Int64(best))
  }

  @Test func oneRequestWithManyOptions() throws {
    let row: Row = (0..<100_000).map { ($0, ($0 * 7919) % 100_003) }
    let solution = try solveProven([row], [Int](repeating: 1, count: row.count))
    #expect(solution.objective == row.map { Int64($0.score) }.max())
  }

  @Test func refusesWhatItCannotHold() {
    #expect(throws: AssignmentError.shape) {
      try AssignmentProblem(
        optionStart: [0, 2], resources: [0], scores: .init(narrow: [1]), capacities: [1])
    }
    #expect(throws: AssignmentError.shape) {
      try AssignmentProblem(optionStart: [], resources: [], scores: .init(), capacities: [])
    }
    #expect(throws: AssignmentError.shape) {
      try AssignmentProblem(
        optionStart: [0, 1, 0, 1], resources: [0], scores: .init(narrow: [1]), capacities: [1])
    }
    #expect(throws: AssignmentError.unknownResource(option: 0)) {
      try problem([[(1, 1)]], capacities: [1])
    }
    #expect(throws: AssignmentError.negativeCapacity(resource: 0)) {
      try problem([], capacities: [-1])
    }
    #expect(throws: AssignmentError.negativeScore) { try problem([[(0, -1)]], capacities: [1]) }
    #expect(throws: AssignmentError.scoreTooLarge) {
      try problem([[(0, (1 << 60) + 1)]], capacities: [1])
    }
    #expect(throws: AssignmentError.scoreTooLarge) {
      try problem([Row](repeating: [(0, 1 << 60)], count: 5), capacities: [1])
    }
  }
}
