import Matching
import Testing

/// Public instances with known optima; see Instances/SOURCES.txt.
@Suite struct GeneralInstanceTests {
  @Test(arguments: [
    ("gap-a05100.alloc", Int64(444_602)), ("gap-c0515_1.alloc", 5631), ("mmkp-I01.alloc", 122_805),
  ])
  func reachesTheOptimum(file: String, optimum: Int64) throws {
    guard case .allocation(let problem) = try Instances.read(file) else {
      Issue.record("\(file) is no allocation")
      return
    }
    let solution = try Engine.solve(problem)
    #expect(solution.objective == optimum)
    #expect(solution.bound >= optimum)
  }
}
