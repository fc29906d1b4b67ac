import Matching
import Testing

@Suite struct PublicInstanceTests {
  @Test func knownOptimaOfAssignmentAreMet() throws {
    let files = try Instances.index().filter { $0.file.hasPrefix("assign") }
    #expect(!files.isEmpty)
    for (file, _, optimum) in files {
      guard case .allocation(let problem) = try Instances.read(file) else {
        Issue.record("\(file) is not an allocation")
        continue
      }
      let solution = try Engine.solve(problem)
      #expect(solution.objective == optimum, "\(file)")
      #expect(solution.status == .optimal, "\(file)")
      #expect(try solution.certificate.bound(for: problem) == Int128(solution.objective))
    }
  }

  @Test func everyInstanceReads() throws {
    for (file, _, _) in try Instances.index() {
      switch try Instances.read(file) {
      case .allocation(let problem): #expect(problem.requestCount > 0, "\(file)")
      case .stable(let problem): #expect(problem.residentCount > 0, "\(file)")
      case .designation: Issue.record("\(file) is no designation")
      }
    }
  }
}
