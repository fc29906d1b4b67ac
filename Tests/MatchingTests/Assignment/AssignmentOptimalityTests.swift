import Testing

@testable import Matching

@Suite("Assignment: optimal and proven")
struct AssignmentOptimalityTests {
  @Test("equals brute force on small problems, with a proof", arguments: 0..<8)
  func bruteForce(block: Int) throws {
    for seed in (block * 500)..<((block + 1) * 500) {
      var numbers = SeededNumbers(seed)
      let (rows, capacities) = randomRows(&numbers, requests: 6, resources: 4, capacity: 3)
      let problem = try problem(rows, capacities: capacities)
      let solution = AssignmentSolver.solve(problem)
      let certificate = AssignmentCertificate(problem, solution)
      #expect(
        solution.objective == AssignmentBruteForce(rows, capacities).objective, "seed \(seed)")
      #expect(certificate.faults == [], "seed \(seed)")
      #expect(certificate.objective == solution.objective, "seed \(seed)")
      #expect(certificate.gap == 0, "seed \(seed)")
    }
  }

  @Test("the served set is lexicographically first where asked for", arguments: 0..<8)
  func firstServed(block: Int) throws {
    for seed in (block * 300)..<((block + 1) * 300) {
      var numbers = SeededNumbers(seed)
      let (rows, capacities) = randomRows(&numbers, requests: 7, resources: 4, capacity: 2)
      let problem = try problem(rows, capacities: capacities)
      let solution = AssignmentSolver.solve(problem, AssignmentOptions(firstServed: true))
      #expect(solution.served == AssignmentBruteForce(rows, capacities).firstServed, "seed \(seed)")
      #expect(AssignmentCertificate(problem, solution).gap == 0, "seed \(seed)")
    }
  }

  @Test("without the flag the served set may differ, so that the flag is seen to do something")
  func firstServedMatters() throws {
    let differs = try (0..<300).contains { seed in
      var numbers = SeededNumbers(seed)
      let (rows, capacities) = randomRows(&numbers, requests: 7, resources: 4, capacity: 2)
      let problem = try problem(rows, capacities: capacities)
      return AssignmentSolver.solve(problem).served
        != AssignmentSolver.solve(problem, AssignmentOptions(firstServed: true)).served
    }
    #expect(differs)
  }

  @Test("least and largest prices are what one unit more adds and one less takes", arguments: 0..<4)
  func priceRange(block: Int) throws {
    for seed in (block * 150)..<((block + 1) * 150) {
      var numbers = SeededNumbers(seed)
      let (rows, capacities) = randomRows(&numbers, requests: 6, resources: 4, capacity: 3)
      let solution = AssignmentSolver.solve(
        try problem(rows, capacities: capacities), AssignmentOptions(priceRange: true))
      let range = try #require(solution.priceRange)
      for resource in capacities.indices {
        let price = solution.prices[resource]
        #expect(range.least[resource] <= price && price <= range.largest[resource])
        guard capacities[resource] > 0 else { continue }
        var changed = capacities
        changed[resource] += 1
        let more = Int64(AssignmentBruteForce(rows, changed).objective)
        changed[resource] -= 2
        let less = Int64(AssignmentBruteForce(rows, changed).objective)
        #expect(range.least[resource] == more - solution.objective, "seed \(seed)")
        #expect(range.largest[resource] == solution.objective - less, "seed \(seed)")
      }
    }
  }

  @Test("equals the Hungarian method on problems of some hundred requests", arguments: 0..<12)
  func hungarian(seed: Int) throws {
    var numbers = SeededNumbers(seed)
    let resources = 10 + numbers.below(90)
    let range = [3, 50, 1_000_000][seed % 3]
    let rows: [Row] = (0..<120).map { _ in
      (0..<(1 + numbers.below(8))).map { _ in (numbers.below(resources), numbers.below(range)) }
    }
    let capacities = (0..<resources).map { _ in numbers.below(4) }
    let problem = try problem(rows, capacities: capacities)
    let solution = AssignmentSolver.solve(problem)
    #expect(solution.objective == Int64(Hungarian.optimum(rows, capacities)))
    #expect(AssignmentCertificate(problem, solution).gap == 0)
  }

  @Test("both widths of integer and every repetition give the same")
  func widths() throws {
    var numbers = SeededNumbers(7)
    let rows: [Row] = (0..<400).map { _ in
      (0..<10).map { _ in (numbers.below(150), numbers.below(900)) }
    }
    let problem = try problem(rows, capacities: [Int](repeating: 2, count: 150))
    let narrow = AssignmentSolver.solve(problem)
    #expect(AssignmentSolver.solve(problem) == narrow)
    #expect(AssignmentSolver.solve(problem, AssignmentOptions(), as: Int64.self) == narrow)
  }

  @Test("the order of requests does not change the optimum")
  func shuffled() throws {
    var numbers = SeededNumbers(11)
    var rows: [Row] = (0..<300).map { _ in
      (0..<6).map { _ in (numbers.below(120), numbers.below(30)) }
    }
    let capacities = [Int](repeating: 2, count: 120)
    let first = AssignmentSolver.solve(try problem(rows, capacities: capacities))
    for index in rows.indices.reversed() { rows.swapAt(index, numbers.below(index + 1)) }
    let second = AssignmentSolver.solve(try problem(rows, capacities: capacities))
    #expect(first.objective == second.objective)
  }
}
