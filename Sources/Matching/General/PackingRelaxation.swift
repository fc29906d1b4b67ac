/// The bound that packs kept rows exactly and prices every request and every other row.
///
/// Value: the *knapsack* form of ``Certificate``, over what is still open: options are removed and
/// fixed while a dive or an exact search goes on.
///
/// Notation: an *entry* is an open option; entries lie together by kept row, so that a packing
/// reads one stretch of memory. c_e is an entry's reduced score. Coordinates are the requests'
/// prices, then the rows' prices for a mean use.
///
/// Complexity: one pass over entries and their priced uses an evaluation, and one packing a kept row.
final class PackingRelaxation: DualFunction {
  let model: GeneralModel
  let least: Buffer<Double>
  let unit: Buffer<Double>
  /// What is left of each row, above and below.
  let room: Buffer<Int64>
  let wish: Buffer<Int64>
  /// Whether each request still waits for its choice.
  let isOpen: Buffer<Bool>
  private(set) var entryCount: Int
  /// The option of each entry.
  let options: Buffer<Int32>
  /// Entries of group g are `groupStart[g] ..< groupStart[g + 1]`.
  let groupStart: Buffer<Int32>
  /// The kept row of each group; the last group is of options without one, −1.
  let groupRow: Buffer<Int32>
  /// What an evaluation reads of each entry, in one stretch: score, request, amount of the kept row,
  /// and coordinates and scaled amounts of the priced rows.
  private let score: Buffer<Double>
  private let owner: Buffer<Int32>
  let weight: Buffer<Int64>
  private let pricedStart: Buffer<Int32>
  private let pricedCoordinate: Buffer<Int32>
  private let pricedAmount: Buffer<Double>
  /// Whether the last evaluation took the entry, and the average over evaluations.
  let isTaken: Buffer<Bool>
  let average: Buffer<Double>
  /// The reduced score of each entry at the last evaluation.
  let reduced: Buffer<Double>
  var kernel: PackingKernel
  private(set) var steps = 0

  init(_ model: GeneralModel) {
    self.model = model
    let entries = PackingRelaxation.grouped(model)
    entryCount = entries.options.count
    options = Buffer(entries.options)
    groupStart = Buffer(entries.start)
    groupRow = Buffer(entries.rows)
    kernel = PackingKernel(capacity: entries.largest)
    isTaken = Buffer(repeating: false, count: entryCount)
    average = Buffer(repeating: 0, count: entryCount)
    reduced = Buffer(repeating: 0, count: entryCount)
    room = Buffer(model.upper.array)
    wish = Buffer(model.lower.array)
    isOpen = Buffer(repeating: true, count: model.requestCount)
    unit = Buffer(repeating: 1, count: model.rowCount)
    least = Buffer(repeating: 0, count: model.requestCount + model.rowCount)
    for row in 0..<model.rowCount {
      unit[row] = PriceRelaxation.meanUse(model, row)
      least[model.requestCount + row] =
        model.lower[row] > 0 ? -Double(model.penalty[row]) * unit[row] : 0
    }
    score = Buffer(repeating: 0, count: entryCount)
    owner = Buffer(repeating: 0, count: entryCount)
    weight = Buffer(repeating: 0, count: entryCount)
    pricedStart = Buffer(repeating: 0, count: entryCount + 1)
    pricedCoordinate = Buffer(repeating: 0, count: model.useRow.count)
    pricedAmount = Buffer(repeating: 0, count: model.useRow.count)
    copyEntries()
  }

  /// The same state, to go on from separately.
  init(copying other: PackingRelaxation) {
    model = other.model
    entryCount = other.entryCount
    options = Buffer(other.options.array)
    groupStart = Buffer(other.groupStart.array)
    groupRow = Buffer(other.groupRow.array)
    kernel = PackingKernel(capacity: other.largestGroup)
    isTaken = Buffer(other.isTaken.array)
    average = Buffer(other.average.array)
    reduced = Buffer(other.reduced.array)
    room = Buffer(other.room.array)
    wish = Buffer(other.wish.array)
    isOpen = Buffer(other.isOpen.array)
    unit = Buffer(other.unit.array)
    least = Buffer(other.least.array)
    score = Buffer(other.score.array)
    owner = Buffer(other.owner.array)
    weight = Buffer(other.weight.array)
    pricedStart = Buffer(other.pricedStart.array)
    pricedCoordinate = Buffer(other.pricedCoordinate.array)
    pricedAmount = Buffer(other.pricedAmount.array)
  }

  private func copyEntries() {
    var next: Int32 = 0
    for entry in 0..<entryCount {
      let option = options[entry]
      score[entry] = Double(model.score[option])
      owner[entry] = model.owner[option]
      weight[entry] = model.keptUse(of: option).map { model.useAmount[$0] } ?? 0
      for use in model.uses(of: option) {
        let row = model.useRow[use]
        guard !model.isKept[row] else { continue }
        pricedCoordinate[next] = Int32(model.requestCount) + row
        pricedAmount[next] = Double(model.useAmount[use]) / unit[row]
        next += 1
      }
      pricedStart[entry + 1] = next
    }
  }

  var dimension: Int { model.requestCount + model.rowCount }
  private var groupCount: Int { groupRow.count }

  private var largestGroup: Int {
    (0..<groupCount).reduce(0) { max($0, Int(groupStart[$1 + 1] - groupStart[$1])) }
  }

  func evaluate(at prices: borrowing Buffer<Double>, _ slope: borrowing Buffer<Double>) -> Double {
    var value = startSlope(prices, slope)
    reduce(at: prices)
    let before = kernel.steps
    for group in 0..<groupCount {
      let row = groupRow[group]
      value += row >= 0 ? pack(group, Int(row)) : takePositive(group)
    }
    subtractTaken(from: slope)
    steps &+= kernel.steps &- before &+ 2 &* entryCount
    return value
  }

  /// The terms that prices add by themselves, and the slope before anything is taken.
  private func startSlope(
    _ prices: borrowing Buffer<Double>, _ slope: borrowing Buffer<Double>
  ) -> Double {
    var value = 0.0
    let requests = model.requestCount
    for request in 0..<requests {
      slope[request] = isOpen[request] ? 1 : 0
      value += isOpen[request] ? prices[request] : 0
    }
    for row in 0..<model.rowCount {
      guard !model.isKept[row] else {
        slope[requests + row] = 0
        continue
      }
      let price = prices[requests + row]
      let side = Double(price >= 0 ? room[row] : max(0, wish[row])) / unit[row]
      slope[requests + row] = side
      value += price * side
    }
    return value
  }

  /// Reduced scores of all entries.
  private func reduce(at prices: borrowing Buffer<Double>) {
    for entry in 0..<entryCount {
      var margin = score[entry] - prices[owner[entry]]
      for place in pricedStart[entry]..<pricedStart[entry &+ 1] {
        margin -= prices[pricedCoordinate[place]] * pricedAmount[place]
      }
      reduced[entry] = margin
      isTaken[entry] = false
    }
  }

  private func pack(_ group: Int, _ row: Int) -> Double {
    kernel.removeAll()
    for entry in groupStart[group]..<groupStart[group + 1] where reduced[entry] > 0 {
      kernel.add(value: reduced[entry], weight: weight[entry], tag: entry)
    }
    guard kernel.count > 0 else { return 0 }
    let value = kernel.solve(within: room[row])
    for place in 0..<kernel.count where kernel.isTaken(place) { isTaken[kernel.tag(place)] = true }
    return value
  }

  private func takePositive(_ group: Int) -> Double {
    var value = 0.0
    for entry in groupStart[group]..<groupStart[group + 1] where reduced[entry] > 0 {
      isTaken[entry] = true
      value += reduced[entry]
    }
    return value
  }

  private func subtractTaken(from slope: borrowing Buffer<Double>) {
    for entry in 0..<entryCount where isTaken[entry] {
      slope[owner[entry]] -= 1
      for place in pricedStart[entry]..<pricedStart[entry &+ 1] {
        slope[pricedCoordinate[place]] -= pricedAmount[place]
      }
    }
  }

  func average(share: Double) {
    for entry in 0..<entryCount {
      average[entry] += share * ((isTaken[entry] ? 1 : 0) - average[entry])
    }
  }
}

extension PackingRelaxation {
  /// Options by kept row; options without one come last.
  private static func grouped(
    _ model: GeneralModel
  ) -> (options: [Int32], start: [Int32], rows: [Int32], largest: Int) {
    var (options, start, rows, largest): ([Int32], [Int32], [Int32], Int) = ([], [0], [], 0)
    for row in 0..<model.rowCount where model.isKept[row] {
      for place in model.rowStart[row]..<model.rowStart[row + 1] {
        options.append(model.useOption[model.rowUses[place]])
      }
      rows.append(Int32(row))
      largest = max(largest, options.count - Int(start[start.count - 1]))
      start.append(Int32(options.count))
    }
    for option in 0..<Int32(model.optionCount) where model.keptUse(of: option) == nil {
      options.append(option)
    }
    rows.append(-1)
    start.append(Int32(options.count))
    return (options, start, rows, largest)
  }

  /// Serves a request by this option for good: it uses what it uses, and its request is closed.
  func fix(_ option: Int32) {
    isOpen[model.owner[option]] = false
    for use in model.uses(of: option) {
      room[model.useRow[use]] -= model.useAmount[use]
      wish[model.useRow[use]] -= model.useAmount[use]
    }
  }

  /// The number of requests that still wait.
  var openCount: Int { (0..<isOpen.count).reduce(0) { $0 + (isOpen[$1] ? 1 : 0) } }

  /// Whether the option fits into what is left.
  func fits(_ option: Int32) -> Bool {
    model.uses(of: option).allSatisfy { model.useAmount[$0] <= room[model.useRow[$0]] }
  }

  /// Drops the entries of closed requests, those that no longer fit, and those not wanted.
  func compact(where isWanted: (Int32) -> Bool = { _ in true }) {
    var next: Int32 = 0
    for group in 0..<groupCount {
      let range = groupStart[group]..<groupStart[group + 1]
      groupStart[group] = next
      for entry in range where isOpen[owner[entry]] && isWanted(entry) && fits(options[entry]) {
        move(entry, to: next)
        next += 1
      }
    }
    groupStart[groupCount] = next
    entryCount = Int(next)
  }

  /// Entries only ever move down, each after those before it.
  private func move(_ entry: Int32, to place: Int32) {
    options[place] = options[entry]
    average[place] = average[entry]
    isTaken[place] = isTaken[entry]
    reduced[place] = reduced[entry]
    score[place] = score[entry]
    owner[place] = owner[entry]
    weight[place] = weight[entry]
    var next = pricedStart[place]
    for old in pricedStart[entry]..<pricedStart[entry + 1] {
      pricedCoordinate[next] = pricedCoordinate[old]
      pricedAmount[next] = pricedAmount[old]
      next += 1
    }
    pricedStart[place + 1] = next
  }
}
