/// The rows of a round as seats under nested caps.
struct RowNest {
  /// An option that takes a seat.
  struct Entry: Hashable {
    let request: Int
    let option: Int
  }

  /// The row around each row, if there is one.
  private(set) var parent: [Int: Int] = [:]
  /// The options of each seat: of each row that is some option's most specific one.
  private(set) var entries: [Int: [Entry]] = [:]
  private let rows: [RoundProblem.Row]
  private let numbers: [String: Int]

  /// - Throws: ``RoundError/unknownRow(request:row:)``; ``TwoSidedError``.
  init(_ round: RoundProblem) throws {
    rows = round.rows
    numbers = Dictionary(
      round.rows.enumerated().map { ($0.element.name, $0.offset) },
      uniquingKeysWith: { first, _ in first })
    for (number, request) in round.requests.enumerated() {
      for (index, option) in request.options.enumerated() {
        try add(option, Entry(request: number, option: index), request.number)
      }
    }
  }

  private mutating func add(
    _ option: RoundProblem.Option, _ entry: Entry, _ request: String
  ) throws {
    let chain = try option.uses.map { use in
      guard let row = numbers[use.row] else {
        throw RoundError.unknownRow(request: request, row: use.row)
      }
      guard use.amount == 1 else { throw TwoSidedError.notOneUnit(request: request, row: use.row) }
      return row
    }
    guard let seat = chain.first else { throw TwoSidedError.noSeat(request: request) }
    for (row, next) in zip(chain, chain.dropFirst().map(Optional.some) + [nil]) {
      if let known = parent[row], known != next {
        throw TwoSidedError.notNested(request: request, row: rows[row].name)
      }
      parent[row] = next
    }
    // Entries come request by request.
    guard entries[seat]?.last?.request != entry.request else {
      throw TwoSidedError.twice(request: request, row: rows[seat].name)
    }
    entries[seat, default: []].append(entry)
  }

  /// The row where an option's resource sits.
  func seat(of option: RoundProblem.Option) -> Int? {
    option.uses.first.flatMap { numbers[$0.row] }
  }

  /// The rows of an option, the most specific first.
  func chain(of option: RoundProblem.Option) -> [Int] { option.uses.compactMap { numbers[$0.row] } }

  func limit(_ row: Int) -> Int { Int(clamping: min(rows[row].upper, Int64(Int32.max) - 1)) }

  /// Rows that hold others, each after the row around it.
  var capsFromTop: [Int] {
    func depth(_ row: Int) -> Int { parent[row].map { 1 + depth($0) } ?? 0 }
    return Set(parent.values).map { (depth: depth($0), row: $0) }
      .sorted { ($0.depth, $0.row) < ($1.depth, $1.row) }.map(\.row)
  }
}

/// Why a round's problem has no stable matching to speak of: a fault of its mechanism.
enum TwoSidedError: Error, Hashable, CustomStringConvertible {
  case noSeat(request: String)
  case notOneUnit(request: String, row: String)
  case notNested(request: String, row: String)
  case twice(request: String, row: String)

  var description: String {
    switch self {
    case .noSeat(let request): "request \(request) has an option that uses no row"
    case .notOneUnit(let request, let row):
      "request \(request) has an option that takes more than one unit of \(row)"
    case .notNested(let request, let row):
      "request \(request) has an option whose rows do not nest at \(row)"
    case .twice(let request, let row): "request \(request) has two options at \(row)"
    }
  }
}
