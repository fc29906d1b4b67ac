/// An allocation under change: choices, uses of rows, who uses each row, and the points earned.
///
/// - Complexity: placing or taking away an option is linear in its uses.
final class SearchState {
  let model: GeneralModel
  /// The option of each request, −1 for none.
  let choice: Buffer<Int32>
  /// The units of each row in use.
  let used: Buffer<Int64>
  /// Uses of chosen options by row: `members[rowStart[k] ..< rowStart[k] + memberCount[k]]`.
  let members: Buffer<Int32>
  let memberCount: Buffer<Int32>
  /// The place of each use among its row's members.
  private let memberPlace: Buffer<Int32>
  /// Scores of chosen options less penalties of shortfalls.
  private(set) var points: Int64 = 0

  init(_ model: GeneralModel) {
    self.model = model
    choice = Buffer(repeating: -1, count: model.requestCount)
    used = Buffer(repeating: 0, count: model.rowCount)
    members = Buffer(repeating: 0, count: model.useRow.count)
    memberCount = Buffer(repeating: 0, count: model.rowCount)
    memberPlace = Buffer(repeating: 0, count: model.useRow.count)
    for row in 0..<model.rowCount { points -= model.penalty[row] * model.lower[row] }
  }

  /// Whether the option fits into what is free.
  @inline(__always)
  func fits(_ option: Int32) -> Bool {
    for use in model.uses(of: option) {
      let row = model.useRow[use]
      if used[row] &+ model.useAmount[use] > model.upper[row] { return false }
    }
    return true
  }

  /// What choosing the option would add, for a request without choice.
  @inline(__always)
  func gain(_ option: Int32) -> Int64 {
    var gain = model.score[option]
    for use in model.uses(of: option) {
      let row = model.useRow[use]
      if model.lower[row] > 0 { gain += relief(row, model.useAmount[use]) }
    }
    return gain
  }

  /// The penalty that `amount` more units of a row take away.
  private func relief(_ row: Int32, _ amount: Int64) -> Int64 {
    let missing = max(0, model.lower[row] - used[row])
    return model.penalty[row] * min(missing, amount)
  }

  /// Chooses an option for a request that has none. It may exceed a row for a moment.
  @inline(__always)
  func place(_ option: Int32) {
    points &+= gain(option)
    choice[model.owner[option]] = option
    for use in model.uses(of: option) {
      let row = model.useRow[use]
      used[row] &+= model.useAmount[use]
      let place = model.rowStart[row] &+ memberCount[row]
      members[place] = use
      memberPlace[use] = place
      memberCount[row] &+= 1
    }
    checkInvariants(option)
  }

  /// Where a use stands in ``members``; meaningless unless its option is chosen.
  func place(of use: Int32) -> Int32 { memberPlace[use] }

  /// Takes a chosen option away.
  @inline(__always)
  func remove(_ option: Int32) {
    choice[model.owner[option]] = -1
    for use in model.uses(of: option) {
      let row = model.useRow[use]
      used[row] &-= model.useAmount[use]
      memberCount[row] &-= 1
      let last = members[model.rowStart[row] &+ memberCount[row]]
      members[memberPlace[use]] = last
      memberPlace[last] = memberPlace[use]
    }
    points &-= gain(option)
    checkInvariants(option)
  }

  /// Replaces all choices.
  func load(_ choices: [Int32]) {
    for request in 0..<model.requestCount where choice[request] >= 0 { remove(choice[request]) }
    for option in choices where option >= 0 { place(option) }
  }

  /// Adds options in this order where they fit and their requests have none.
  func fill(_ order: [Int32]) {
    for option in order where choice[model.owner[option]] < 0 && gain(option) > 0 && fits(option) {
      place(option)
    }
  }
}
