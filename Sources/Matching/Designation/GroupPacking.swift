/// The best packing of one resource: at most m_b groups, then their members as whole items.
///
/// **Method.** best[k][c] is the best value of at most k of the groups so far within c units. A new
/// group starts from best[k − 1], adds its items one by one (double-buffered, so that the inner loop
/// vectorises), and competes with best[k]. All tables are kept, so that the way back finds which
/// groups were taken, and repeats the items of those alone.
///
/// **Complexity.** O(items · capacity · m) time, O(groups · capacity · m) memory.
struct GroupPacking: ~Copyable {
  struct Item {
    var member: Int
    var amount: Int
    var profit: Float
  }

  /// Levels that the tables have room for; at least 1: groups have room.
  let limit: Int
  /// The most groups of the resource.
  private var places = 0
  private let width: Int
  /// Tables after each group: (group, k) at `(group · (limit + 1) + k) · width`.
  private let tables: Buffer<Float>
  private let rows: Buffer<Float>
  private(set) var capacity = 0
  private(set) var groups: [(group: Int, worth: Float, items: Range<Int>)] = []
  private(set) var items: [Item] = []
  private(set) var takenGroups: [Int] = []
  private(set) var takenMembers: [Int] = []

  init(_ source: borrowing DesignationTables) {
    limit = max(1, min(source.limit, source.groups))
    width = Int(source.problem.capacities.reduce(0, max)) + 1
    tables = Buffer(repeating: 0, count: (source.groups + 1) * (limit + 1) * width)
    let widest = zip(source.memberStart.dropFirst(), source.memberStart).reduce(0) {
      max($0, $1.0 - $1.1)
    }
    rows = Buffer(repeating: 0, count: (widest + 2) * width)
  }

  /// Starts a resource.
  mutating func clear(_ resource: Int, _ source: borrowing DesignationTables) {
    capacity = Int(source.problem.capacities[resource])
    places = min(Int(source.limits[resource]), source.groups)
    groups.removeAll(keepingCapacity: true)
    items.removeAll(keepingCapacity: true)
  }

  mutating func open(_ group: Int, worth: Float) {
    groups.append((group, worth, items.count..<items.count))
  }

  mutating func add(_ member: Int, amount: Int, profit: Float) {
    guard profit > 0, amount <= capacity else { return }
    items.append(Item(member: member, amount: amount, profit: profit))
  }

  /// Ends the last group: adds it to the tables, or drops it where it cannot help.
  ///
  /// - Returns: steps done.
  mutating func close() -> Int {
    guard var last = groups.popLast() else { return 0 }
    last.items = last.items.lowerBound..<items.count
    let hope = items[last.items].reduce(last.worth) { $0 + $1.profit }
    guard hope > 0 else {
      items.removeSubrange(last.items)
      return 0
    }
    groups.append(last)
    let level = groups.count - 1
    for k in stride(from: 1, through: places, by: 1) {
      let row = pack(last.items, from: start(level, k - 1))
      let (old, new, packed) = (start(level, k), start(level + 1, k), row * width)
      for c in 0...capacity {
        let value = rows[packed &+ c] + last.worth
        let kept = tables[old &+ c]
        tables[new &+ c] = value > kept ? value : kept
      }
    }
    // Cells are cheap: eight to a step of other phases.
    return (last.items.count + 2) * (capacity + 1) * places / 32
  }

  private func start(_ level: Int, _ k: Int) -> Int { (level * (limit + 1) + k) * width }

  /// Adds items to a table, one row for each, the first being the table itself.
  ///
  /// - Returns: the row that holds the result.
  private func pack(_ range: Range<Int>, from table: Int) -> Int {
    for c in 0...capacity { rows[c] = tables[table &+ c] }
    var row = 0
    for index in range {
      let item = items[index]
      let (old, new) = (row &* width, (row &+ 1) &* width)
      for c in 0..<item.amount { rows[new &+ c] = rows[old &+ c] }
      let shifted = old &- item.amount
      for c in item.amount..<capacity &+ 1 {
        let without = rows[old &+ c]
        let with = rows[shifted &+ c] + item.profit
        rows[new &+ c] = with > without ? with : without
      }
      row += 1
    }
    return row
  }

  /// The best value, noting which groups and members it takes.
  mutating func solve() -> Float {
    takenGroups.removeAll(keepingCapacity: true)
    takenMembers.removeAll(keepingCapacity: true)
    var (k, c) = (places, capacity)
    let value = tables[start(groups.count, k) + c]
    for level in groups.indices.reversed() where k > 0 {
      guard tables[start(level + 1, k) + c] != tables[start(level, k) + c] else { continue }
      var row = pack(groups[level].items, from: start(level, k - 1))
      takenGroups.append(groups[level].group)
      for item in groups[level].items.reversed() {
        if rows[row * width + c] != rows[(row - 1) * width + c] {
          takenMembers.append(items[item].member)
          c -= items[item].amount
        }
        row -= 1
      }
      k -= 1
    }
    checkInvariants(value)
    return value
  }
}
