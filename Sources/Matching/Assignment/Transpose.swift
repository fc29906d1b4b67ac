/// The options of each resource: the rows of an assignment the other way round.
///
/// - Complexity: O(resources + options) to build; 4 bytes and a score an option.
struct Transpose<Score: KernelScore>: ~Copyable {
  private let start: Slab<Int32>
  let request: Slab<Int32>
  let score: Slab<Score>

  init(_ floor: AssignmentFloor<Score>) {
    let optionCount = Int(floor.start[floor.requestCount])
    start = Slab(repeating: 0, count: floor.resourceCount + 1)
    request = Slab(unsetCount: optionCount)
    score = Slab(unsetCount: optionCount)
    for option in 0..<optionCount { start.cells[Int(floor.resource[option]) + 1] += 1 }
    for resource in 0..<floor.resourceCount { start.cells[resource + 1] += start.cells[resource] }
    let next = Slab<Int32>(unsetCount: floor.resourceCount)
    next.cells.initialize(from: start.cells, count: floor.resourceCount)
    for index in 0..<floor.requestCount {
      for option in floor.options(of: index) {
        let resource = Int(floor.resource[option])
        let position = Int(next.cells[resource])
        next.cells[resource] &+= 1
        request.cells[position] = Int32(truncatingIfNeeded: index)
        score.cells[position] = floor.score[option]
      }
    }
  }

  @inline(__always)
  func options(of resource: Int) -> Range<Int> {
    Range(uncheckedBounds: (Int(start.cells[resource]), Int(start.cells[resource &+ 1])))
  }
}
