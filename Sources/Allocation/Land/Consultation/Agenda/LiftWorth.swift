import Dispatch
import Matching
import Postgres
import Synchronization

/// What lifting blocks is worth: the round solved again with one block lifted at a time.
///
/// Every solve begins at one answer, which the same effort without any lifting found, so that a gain
/// is the lifting's own. It is a gain that an allocation proves; more may be possible.
struct LiftWorth: Sendable {
  /// What the whole gains; a project's tax counts in proportion to the area it gets.
  struct Gain: Hashable, Sendable {
    let score: Int64
    /// Yearly tax in 万元, less the tax of those who lose.
    let tax: Int64
  }

  /// The engine's steps for one solve: a fraction of a second, for people are waiting.
  static let effort: Int64 = 10_000_000

  let problem: RoundProblem
  let seed: String
  /// The answer from which gains count: the round's own, or a better one that the effort found.
  private let choices: [Int32]
  /// Yearly tax in 万元 and wanted area in ten-thousandths of a mu, by request.
  private let taxes: [String: (tax: Int64, area: Int64)]

  init(
    _ problem: RoundProblem, choices: [Int32], seed: String, snapshot: LandSnapshot
  ) throws {
    (self.problem, self.seed) = (problem.withoutRefusals, seed)
    self.choices = try Self.solve(self.problem, from: choices, seed: seed).choices
    taxes = Dictionary(
      try snapshot.requests.map { ($0.number, ($0.tax, try LandArea.units($0.area))) },
      uniquingKeysWith: { first, _ in first })
  }

  /// The gain of each block, in their order.
  ///
  /// - Throws: `ProblemError`, `EngineError`: a fault of the program or of the data.
  /// - Complexity: a solve a block, two at a time.
  func gains(of blocks: [Block]) throws -> [Gain] {
    let results = Mutex<[Result<Gain, any Error>?]>(Array(repeating: nil, count: blocks.count))
    let next = Atomic(0)
    DispatchQueue.concurrentPerform(iterations: 2) { _ in
      while true {
        let place = next.add(1, ordering: .relaxed).oldValue
        guard place < blocks.count else { return }
        let result = Result { try gain(of: blocks[place]) }
        results.withLock { $0[place] = result }
      }
    }
    return try results.withLock { $0 }.compactMap { try $0?.get() }
  }

  func gain(of block: Block) throws -> Gain {
    guard let lifted = problem.lifting(block) else { return Gain(score: 0, tax: 0) }
    // Lifting takes nothing away: the answer without it stands.
    let solution = try Self.solve(lifted, from: choices, seed: seed)
    let before = value(of: problem, choices)
    let score = solution.objective - before.score
    guard score > 0 else { return Gain(score: 0, tax: 0) }
    return Gain(score: score, tax: value(of: lifted, solution.choices).tax - before.tax)
  }

  private static func solve(
    _ problem: RoundProblem, from start: [Int32], seed: String
  ) throws -> Solution {
    var options = SolveOptions(workLimit: effort, wantsEntryCosts: false)
    options.start = start
    return try Engine.solve(try problem.matchingProblem(seed: seed), options: options)
  }

  /// The points and the tax of an allocation.
  private func value(of problem: RoundProblem, _ choices: [Int32]) -> (score: Int64, tax: Int64) {
    zip(problem.requests, choices).reduce(into: (score: Int64(0), tax: Int64(0))) { sum, pair in
      let (request, choice) = pair
      guard choice >= 0 else { return }
      let option = request.options[Int(choice)]
      sum.score += option.score
      guard let (tax, wanted) = taxes[request.number],
        let area = try? LandArea.units(option.amount)
      else { return }
      sum.tax += min(tax, Int64(clamping: Int128(tax) * Int128(area) / Int128(max(1, wanted))))
    }
  }
}

extension RoundProblem {
  /// The same problem to solve, without the many refusals that explain it.
  fileprivate var withoutRefusals: RoundProblem {
    RoundProblem(
      requests: requests.map {
        Request(
          number: $0.number, uscc: $0.uscc, enterprise: $0.enterprise, options: $0.options,
          refusals: [])
      }, rows: rows)
  }

  /// The problem with a block lifted; `nil` where there is nothing to lift.
  func lifting(_ block: Block) -> RoundProblem? {
    switch block.lift {
    case .options(let options):
      guard !options.isEmpty else { return nil }
      var requests = requests
      let old = requests[block.request]
      requests[block.request] = Request(
        number: old.number, uscc: old.uscc, enterprise: old.enterprise,
        options: old.options + options, refusals: old.refusals)
      return RoundProblem(requests: requests, rows: rows)
    case .capacity(let uses):
      guard !uses.isEmpty else { return nil }
      let more = Dictionary(uses.map { ($0.row, $0.amount) }, uniquingKeysWith: max)
      return RoundProblem(requests: requests, rows: rows.map { $0.with(more: more[$0.name] ?? 0) })
    }
  }
}

extension RoundProblem.Row {
  fileprivate func with(more amount: Int64) -> RoundProblem.Row {
    RoundProblem.Row(
      kind: kind, resource: resource, unit: unit, lower: lower,
      upper: upper.addingReportingOverflow(amount).partialValue, penalty: penalty, lot: lot,
      places: places)
  }
}
