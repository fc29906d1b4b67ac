import Matching

/// Rows of candidates under construction: the shape of families A, B and the adversarial ones.
struct AssignmentRows {
  private(set) var optionStart: [Int32] = [0]
  private(set) var resources: [Int32] = []
  private(set) var scores: [Int] = []
  private let capacities: [Int]

  init(capacities: [Int]) { self.capacities = capacities }

  mutating func add(_ resource: Int, _ score: Int) {
    resources.append(Int32(resource))
    scores.append(score)
  }

  mutating func closeRow() { optionStart.append(Int32(resources.count)) }

  mutating func reserve(requests: Int, options: Int) {
    optionStart.reserveCapacity(requests + 1)
    resources.reserveCapacity(options)
    scores.reserveCapacity(options)
  }

  /// The rows as an allocation file: each option uses one unit of one row.
  func text() -> InstanceText {
    var text = InstanceText("alloc")
    text.line([optionStart.count - 1, capacities.count])
    for capacity in capacities { text.line([0, capacity, 0]) }
    for request in 0..<(optionStart.count - 1) {
      let row = Int(optionStart[request])..<Int(optionStart[request + 1])
      text.add(row.count)
      for option in row {
        text.add(scores[option])
        text.add(1)
        text.add(Int(resources[option]))
        text.add(1)
      }
      text.endLine()
    }
    return text
  }

  /// The rows as a problem of the kernel.
  func problem() throws -> AssignmentProblem {
    try AssignmentProblem(
      optionStart: optionStart, resources: resources,
      scores: CompactIntegers(scores.lazy.map(Int64.init)),
      capacities: capacities.map(Int64.init))
  }
}
