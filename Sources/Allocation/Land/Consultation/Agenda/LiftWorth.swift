import Matching
import Postgres

/// What lifting blocks is worth: the next night solved with one block lifted at a time. What stands is
/// not in its problem, and nobody's offer is worth another's.
///
/// Every search begins at one answer, which the same effort without any lifting found, so that a gain
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

  private let problem: RoundProblem
  private let encoded: EncodedRound
  /// The answer from which gains count.
  private let choices: [Int32]
  /// Yearly tax in 万元 and wanted area in ten-thousandths of a mu, by request.
  private let taxes: [String: (tax: Int64, area: Int64)]

  /// The answer of a problem from nothing, with the effort of one lifting.
  static func answer(_ problem: RoundProblem, seed: String) throws -> [Int32] {
    let nothing = [Int32](repeating: -1, count: problem.requests.count)
    return try solve(try EncodedRound(problem, seed: seed), from: nothing).choices
  }

  init(
    _ problem: RoundProblem, choices: [Int32], seed: String, snapshot: LandSnapshot
  ) throws {
    self.problem = problem
    encoded = try EncodedRound(problem, seed: seed)
    self.choices = choices
    taxes = Dictionary(
      try snapshot.requests.map { ($0.number, ($0.tax, try LandArea.units($0.area))) },
      uniquingKeysWith: { first, _ in first })
  }

  /// The gain of each block, in their order.
  ///
  /// - Throws: `ProblemError`, `EngineError`: a fault of the program or of the data.
  /// - Complexity: at most ``solves`` solves, two at a time; an exchange for every other block.
  func gains(of blocks: [Block]) throws -> [Gain] {
    let exchanges = Exchanges(problem, choices: choices)
    let lifts = blocks.map { Lift($0, in: problem) }
    let order = lifts.indices.sorted { (-lifts[$0].most, $0) < (-lifts[$1].most, $1) }
    let solved = Set(order.prefix(Self.solves))
    return try InParallel.map(Array(lifts.enumerated())) { place, lift in
      try gain(of: lift, exchanges, isSolved: solved.contains(place))
    }
  }

  /// Blocks that are solved for: those whose lifting could be worth most. Whatever is placed on an
  /// agenda is among them; the others are worth what an exchange proves.
  private static let solves = 48

  /// A lifted block: the options that its request then has, and the capacity that rows gain.
  private struct Lift: Sendable {
    let request: Int
    let options: [RoundProblem.Option]
    let widened: [RoundProblem.Use]
    /// No lifting is worth more than this: the request's best score.
    let most: Int64

    init(_ block: Block, in problem: RoundProblem) {
      request = block.request
      let own = problem.requests[block.request].options
      switch block.lift {
      case .options(let more): (options, widened) = (more.isEmpty ? [] : own + more, [])
      case .capacity(let uses): (options, widened) = (uses.isEmpty ? [] : own, uses)
      }
      most = options.map(\.score).max() ?? 0
    }
  }

  /// Lifting takes nothing away: the answer without it stands, and exchanges and searches begin there.
  private func gain(
    of lift: Lift, _ exchanges: Exchanges, isSolved: Bool
  ) throws -> Gain {
    guard !lift.options.isEmpty else { return Gain(score: 0, tax: 0) }
    var answer = exchanged(lift, exchanges)
    if isSolved {
      var lifted = encoded
      try lifted.replace(optionsOf: lift.request, with: lift.options)
      for use in lift.widened { lifted.widen(use.row, by: use.amount) }
      answer = try Self.solve(lifted, from: answer).choices
    }
    let (before, after) = (value(of: choices, lift), value(of: answer, lift))
    guard after.score > before.score else { return Gain(score: 0, tax: 0) }
    return Gain(score: after.score - before.score, tax: after.tax - before.tax)
  }

  /// The answer after the exchange that gains most, if one gains anything.
  private func exchanged(_ lift: Lift, _ exchanges: Exchanges) -> [Int32] {
    let best = lift.options.enumerated().compactMap { place, option in
      exchanges.exchange(for: option, widened: lift.widened).map {
        (option: Int32(place), exchange: $0)
      }
    }.max { ($0.exchange.gain, $1.option) < ($1.exchange.gain, $0.option) }
    guard let best, best.exchange.gain > 0 else { return choices }
    return exchanges.answer(serving: lift.request, by: best.option, best.exchange)
  }

  private static func solve(_ round: EncodedRound, from start: [Int32]) throws -> Solution {
    var options = SolveOptions(workLimit: effort, wantsEntryCosts: false)
    options.start = start
    return try Engine.solve(try round.problem(), options: options)
  }

  /// The points and the tax of an allocation in which a lifted request has its own options.
  private func value(of choices: [Int32], _ lift: Lift) -> (score: Int64, tax: Int64) {
    zip(problem.requests.indices, choices).reduce(into: (score: Int64(0), tax: Int64(0))) {
      sum, pair in
      let (place, choice) = pair
      guard choice >= 0 else { return }
      let request = problem.requests[place]
      let option = (place == lift.request ? lift.options : request.options)[Int(choice)]
      sum.score += option.score
      guard let (tax, wanted) = taxes[request.number],
        let area = try? LandArea.units(option.amount)
      else { return }
      sum.tax += min(tax, Int64(clamping: Int128(tax) * Int128(area) / Int128(max(1, wanted))))
    }
  }
}
