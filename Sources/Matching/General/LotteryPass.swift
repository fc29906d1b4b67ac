/// Gives equals their order: among allocations of the same points that differ by one exchange, the
/// one that serves the smaller lottery number.
///
/// Method: each request without choice, in order of lottery, takes the place of a later one if that
/// changes neither points nor feasibility; again until nothing moves.
///
/// Complexity: O(options of unserved requests · members of the row that blocks them) a pass, at most
/// ``passes`` passes and ``memberLimit`` members looked at in all.
///
/// Limits: a local rule. Exchanges of several requests at once are not tried; where the answer is
/// not proved optimal, neither is its place among equals.
enum LotteryPass {
  static let passes = 8
  static let memberLimit = 50_000_000

  static func run(_ model: GeneralModel, _ choices: [Int32]) -> [Int32] {
    let state = SearchState(model)
    state.load(choices)
    var members = memberLimit
    for _ in 0..<passes {
      var hasMoved = false
      for request in 0..<Int32(model.requestCount) where state.choice[request] < 0 && members > 0 {
        hasMoved = serve(request, state, &members) || hasMoved
      }
      if !hasMoved { break }
    }
    return state.choice.array
  }

  /// Serves the request in place of a later one, if an even exchange exists.
  private static func serve(
    _ request: Int32, _ state: SearchState, _ limit: inout Int
  ) -> Bool {
    let model = state.model
    for option in model.options(of: request) {
      guard let row = blockingRow(option, state) else { continue }
      let range = model.rowStart[row]..<model.rowStart[row] + state.memberCount[row]
      limit -= range.count
      let members = range.map { model.useOption[state.members[$0]] }
        .filter { model.owner[$0] > request }
      // The last in lottery gives way first.
      for member in members.sorted(by: >) where isEven(option, member, state) {
        state.remove(member)
        state.place(option)
        return true
      }
    }
    return false
  }

  /// The first row that the option overflows, or `nil` if it fits.
  private static func blockingRow(_ option: Int32, _ state: SearchState) -> Int32? {
    let model = state.model
    return model.uses(of: option).first {
      let row = model.useRow[$0]
      return state.used[row] + model.useAmount[$0] > model.upper[row]
    }.map { model.useRow[$0] }
  }

  private static func isEven(_ option: Int32, _ member: Int32, _ state: SearchState) -> Bool {
    // Only where a shortfall is at stake can options of different scores be even.
    guard state.model.score[option] == state.model.score[member] || state.model.hasLowerBounds
    else { return false }
    let before = state.points
    state.remove(member)
    let isEven = state.fits(option) && state.points + state.gain(option) == before
    state.place(member)
    return isEven
  }
}
