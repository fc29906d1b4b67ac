/// The options that a local search may choose, by request and by row, the best score first.
struct CandidateLists: ~Copyable {
  let options: Buffer<Int32>
  /// Those of request r are `byRequest[requestStart[r] ..< requestStart[r + 1]]`.
  let requestStart: Buffer<Int32>
  let byRequest: Buffer<Int32>
  /// Those that use row k are `byRow[rowStart[k] ..< rowStart[k + 1]]`.
  let rowStart: Buffer<Int32>
  let byRow: Buffer<Int32>

  init(_ model: GeneralModel, _ candidates: [Int32]) {
    var starts = [Int32](repeating: 0, count: model.requestCount + 1)
    var rows = [Int32](repeating: 0, count: model.rowCount + 1)
    for option in candidates {
      starts[Int(model.owner[option]) + 1] += 1
      for use in model.uses(of: option) { rows[Int(model.useRow[use]) + 1] += 1 }
    }
    for request in 0..<model.requestCount { starts[request + 1] += starts[request] }
    for row in 0..<model.rowCount { rows[row + 1] += rows[row] }
    options = Buffer(candidates)
    requestStart = Buffer(starts)
    rowStart = Buffer(rows)
    byRequest = Buffer(repeating: 0, count: candidates.count)
    byRow = Buffer(repeating: 0, count: Int(rows[model.rowCount]))
    for option in candidates.sorted(by: { (-model.score[$0], $0) < (-model.score[$1], $1) }) {
      let owner = Int(model.owner[option])
      byRequest[starts[owner]] = option
      starts[owner] += 1
      for use in model.uses(of: option) {
        let row = Int(model.useRow[use])
        byRow[rows[row]] = option
        rows[row] += 1
      }
    }
  }
}
