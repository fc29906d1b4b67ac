/// Recomputes the best packing of a kept row, by another method than the engine's check and than
/// `allocation.best_packing`.
///
/// Notation: item i has value v_i > 0 and weight w_i > 0.
///
/// Method: depth first over items by falling v/w, an item in before the item out, cut where the
/// continuous bound is not above the best found. Where that takes too many nodes and the room is
/// small enough, a table of the best value of each room takes over.
///
/// Complexity: usually a few nodes an item; at most ``nodeLimit`` nodes and ``cellLimit`` cells.
struct PackingRecount {
  struct Item {
    let value: Int128
    let weight: Int64
  }

  /// Enough for every subset of 24 items.
  private static let nodeLimit = 1 << 25
  /// Nodes after which a table is worth trying.
  private static let patience = 1 << 17
  private static let roomLimit: Int64 = 1 << 24
  private static let cellLimit: Int64 = 1 << 32

  private let items: [Item]
  private let room: Int64
  private var best: Int128 = 0
  private var nodes = 0
  private var allowance = 0

  /// The largest total value of items whose total weight fits; `nil` where the figures are too large
  /// or the packing is too hard.
  static func bestValue(of items: [Item], within room: Int64) -> Int128? {
    guard items.allSatisfy({ $0.weight > 0 }) else { return nil }
    let fitting = items.filter { $0.value > 0 && $0.weight <= room }
    let bits = fitting.map { Int128.bitWidth - $0.value.leadingZeroBitCount }.max() ?? 0
    guard bits < Int64.bitWidth else { return nil }
    let weight = fitting.reduce(Int128(0)) { $0 + Int128($1.weight) }
    if weight <= Int128(room) { return fitting.reduce(0) { $0 + $1.value } }
    let unit = fitting.reduce(Int64(0)) { commonDivisor($0, $1.weight) }
    var recount = PackingRecount(
      fitting.map { Item(value: $0.value, weight: $0.weight / unit) }, room: room / unit)
    return recount.solve()
  }

  private init(_ items: [Item], room: Int64) {
    self.items = items.sorted {
      $0.value * Int128($1.weight) > $1.value * Int128($0.weight)
    }
    self.room = room
  }

  private mutating func solve() -> Int128? {
    let mayTabulate =
      room < Self.roomLimit && Int64(items.count) <= Self.cellLimit / (room + 1)
    allowance = mayTabulate ? Self.patience : Self.nodeLimit
    search()
    if nodes < allowance { return best }
    return mayTabulate ? tabulated() : nil
  }

  private mutating func search() {
    var (place, left, value) = (0, room, Int128(0))
    var taken: [Int] = []
    while true {
      while place < items.count, nodes < allowance, value + bound(from: place, room: left) > best {
        nodes += 1
        if items[place].weight <= left {
          taken.append(place)
          left -= items[place].weight
          value += items[place].value
          best = max(best, value)
        }
        place += 1
      }
      guard nodes < allowance, let last = taken.popLast() else { return }
      left += items[last].weight
      value -= items[last].value
      place = last + 1
    }
  }

  /// What the items from a place on could add if the one that breaks were divisible.
  private func bound(from place: Int, room: Int64) -> Int128 {
    var (sum, left) = (Int128(0), room)
    for item in items[place...] {
      if item.weight > left { return sum + Int128(left) * item.value / Int128(item.weight) }
      sum += item.value
      left -= item.weight
    }
    return sum
  }

  private func tabulated() -> Int128 {
    var best = [Int128](repeating: 0, count: Int(room) + 1)
    for item in items {
      let weight = Int(item.weight)
      for room in stride(from: Int(room), through: weight, by: -1) {
        best[room] = max(best[room], best[room - weight] + item.value)
      }
    }
    return best[Int(room)]
  }

  private static func commonDivisor(_ a: Int64, _ b: Int64) -> Int64 {
    b == 0 ? a : commonDivisor(b, a % b)
  }
}
