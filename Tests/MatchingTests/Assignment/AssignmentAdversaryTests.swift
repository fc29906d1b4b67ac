import Testing

@testable import Matching

/// Instances that are hard for auctions or for augmenting paths, small enough for a debug build:
/// each must still end with a proof.
@Suite("Assignment: adversarial instances")
struct AssignmentAdversaryTests {
  private static let size = 300

  private func expectProof(_ rows: [Row], _ capacities: [Int]) throws {
    let problem = try problem(rows, capacities: capacities)
    let solution = AssignmentSolver.solve(problem)
    let certificate = AssignmentCertificate(problem, solution)
    #expect(certificate.gap == 0)
    #expect(certificate.faults.isEmpty)
    #expect(certificate.objective == solution.objective)
  }

  @Test func equalScores() throws {
    var numbers = SeededNumbers(1)
    let rows: [Row] = (0..<Self.size).map { _ in
      (0..<5).map { _ in (numbers.below(Self.size), 500_000) }
    }
    try expectProof(rows, [Int](repeating: 1, count: Self.size))
  }

  @Test func longChain() throws {
    let rows: [Row] = (0..<Self.size).map { [($0, 500_000), ($0 + 1, 500_000)] }
    try expectProof(rows.reversed(), [0] + [Int](repeating: 1, count: Self.size))
  }

  @Test func scoresRisingAlongAPath() throws {
    let rows: [Row] = (0..<Self.size).map { [($0, 8 * $0 + 1), ($0 + 1, 8 * $0 + 9)] }
    try expectProof(rows, [Int](repeating: 1, count: Self.size) + [0])
  }

  @Test func fewResources() throws {
    var numbers = SeededNumbers(2)
    let rows: [Row] = (0..<Self.size).map { _ in (0..<4).map { ($0, numbers.below(100)) } }
    try expectProof(rows, [Int](repeating: Self.size / 5, count: 4))
  }

  @Test func oneHub() throws {
    let rows: [Row] = (0..<Self.size).map {
      [(0, 600_000), (1 + $0, 300_000), (1 + ($0 + 1) % Self.size, 300_000)]
    }
    try expectProof(rows, [Self.size / 2] + [Int](repeating: 1, count: Self.size))
  }

  @Test func products() throws {
    let rows: [Row] = (1...60).map { row in (0..<60).map { ($0, row * ($0 + 1)) } }
    try expectProof(rows, [Int](repeating: 1, count: 60))
  }

  @Test func productsFalling() throws {
    let rows: [Row] = (1...60).map { row in (0..<60).map { ($0, 3601 - row * ($0 + 1)) } }
    try expectProof(rows, [Int](repeating: 1, count: 60))
  }

  @Test func constantAddedToSmallDifferences() throws {
    var numbers = SeededNumbers(4)
    let rows: [Row] = (0..<80).map { _ in (0..<80).map { ($0, 1_000_000 - numbers.below(100)) } }
    try expectProof(rows, [Int](repeating: 1, count: 80))
  }
}
