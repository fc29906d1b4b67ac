import Testing

@testable import Matching

@Suite("Assignment: the certificate finds what is wrong")
struct AssignmentCertificateTests {
  private func solved() throws -> (AssignmentProblem, AssignmentSolution) {
    let problem = try problem(
      [[(0, 9), (1, 5)], [(0, 8)], [(0, 7), (1, 1)]], capacities: [1, 1])
    return (problem, AssignmentSolver.solve(problem))
  }

  @Test func soundAnswer() throws {
    let (problem, solution) = try solved()
    let certificate = AssignmentCertificate(problem, solution)
    #expect(certificate.objective == 13)
    #expect(certificate.gap == 0)
    #expect(certificate.faults.isEmpty)
  }

  @Test func worseChoice() throws {
    var (problem, solution) = try solved()
    solution.choices[1] = -1
    #expect(AssignmentCertificate(problem, solution).gap == 8)
  }

  @Test func changedPrice() throws {
    var (problem, solution) = try solved()
    solution.prices[0] -= 1
    #expect(AssignmentCertificate(problem, solution).gap > 0)
  }

  @Test func overCapacity() throws {
    var (problem, solution) = try solved()
    solution.choices = [0, 0, 0]
    #expect(AssignmentCertificate(problem, solution).faults == ["resource 0 above its capacity"])
  }

  @Test func negativePrice() throws {
    var (problem, solution) = try solved()
    solution.prices[1] = -1
    #expect(AssignmentCertificate(problem, solution).faults == ["price of resource 1 below 0"])
  }

  @Test func unknownOption() throws {
    var (problem, solution) = try solved()
    solution.choices[1] = 1
    #expect(
      AssignmentCertificate(problem, solution).faults
        == ["request 1 chooses an option it does not have"])
  }

  @Test func wrongLength() throws {
    var (problem, solution) = try solved()
    solution.choices.removeLast()
    #expect(AssignmentCertificate(problem, solution).faults.count == 1)
  }
}
