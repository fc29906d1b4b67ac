/// Packs one kept row: which items of positive value fill a capacity best?
///
/// Notation: item i has value p_i > 0 and weight w_i; z is the best total value.
///
/// Method: depth-first branch and bound over items by falling p/w with the continuous bound. If that
/// takes more than its allowance of nodes (many nearly equal ratios) and the capacity is small, a
/// table over capacities takes over; with a large capacity the continuous bound is returned, with
/// the best packing found so far: a value that is never too low, so that what is concluded from it
/// holds.
///
/// Complexity: usually a few nodes an item; at most ``nodesPerItem`` nodes an item and ``visitLimit``
/// items visited, plus ``tableLimit`` table cells.
///
/// Sources: E. Horowitz, S. Sahni, "Computing partitions with applications to the knapsack problem",
/// J. ACM 21 (1974); S. Martello, P. Toth, "Knapsack Problems" (1990), section 2.5.
struct PackingKernel: ~Copyable {
  private let values: Buffer<Double>
  private let weights: Buffer<Int64>
  private let ratios: Buffer<Double>
  private let tags: Buffer<Int32>
  private let isIn: Buffer<Bool>
  private let isBest: Buffer<Bool>
  private(set) var count = 0
  private var totalWeight: Int64 = 0
  /// Nodes and cells visited since the start, as a measure of work.
  private(set) var steps = 0
  private var visits = 0

  static let nodesPerItem = 40
  static let tableLimit: Int64 = 1 << 22
  /// Items that one search looks at; only rows of many thousands of items come near.
  static let visitLimit = 1 << 22
  /// Up to so many items each is inserted in its place; more are sorted together.
  private static let insertionLimit = 256

  /// A kernel for up to `capacity` items at a time.
  init(capacity: Int) {
    values = Buffer(repeating: 0, count: capacity)
    weights = Buffer(repeating: 0, count: capacity + 1)
    ratios = Buffer(repeating: 0, count: capacity + 1)
    tags = Buffer(repeating: 0, count: capacity)
    isIn = Buffer(repeating: false, count: capacity)
    isBest = Buffer(repeating: false, count: capacity)
  }

  mutating func removeAll() {
    count = 0
    totalWeight = 0
  }

  /// Adds an item, in its place by ratio as long as items are few.
  @inline(__always)
  mutating func add(value: Double, weight: Int64, tag: Int32) {
    let ratio = value / Double(weight)
    var slot = count
    let least = slot > PackingKernel.insertionLimit ? slot : 0
    while slot > least, ratios[slot &- 1] < ratio {
      values[slot] = values[slot &- 1]
      weights[slot] = weights[slot &- 1]
      ratios[slot] = ratios[slot &- 1]
      tags[slot] = tags[slot &- 1]
      slot &-= 1
    }
    values[slot] = value
    weights[slot] = weight
    ratios[slot] = ratio
    tags[slot] = tag
    count &+= 1
    totalWeight &+= weight
  }

  /// The tag of the item at a place by falling ratio.
  @inline(__always)
  func tag(_ place: Int) -> Int32 { tags[place] }

  /// Whether the best packing found holds the item at a place.
  @inline(__always)
  func isTaken(_ place: Int) -> Bool { isBest[place] }

  /// Puts items in order that were too many to be inserted one by one.
  private mutating func sort() {
    guard count > PackingKernel.insertionLimit else { return }
    let order = (0..<count).sorted { (-ratios[$0], tags[$0]) < (-ratios[$1], tags[$1]) }
    let (oldValues, oldWeights) = (values.array, weights.array)
    let (oldRatios, oldTags) = (ratios.array, tags.array)
    for (place, old) in order.enumerated() {
      values[place] = oldValues[old]
      weights[place] = oldWeights[old]
      ratios[place] = oldRatios[old]
      tags[place] = oldTags[old]
    }
  }

  /// The best value if items could be split, and the price of one unit: the ratio of the item that
  /// breaks, 0 if all fit.
  mutating func relax(within capacity: Int64) -> (value: Double, price: Double) {
    sort()
    let (sum, reached, left) = runFrom(0, capacity)
    guard reached < count else { return (sum, 0) }
    return (sum + Double(left) * ratios[reached], ratios[reached])
  }

  /// Finds the best packing and returns its value, or more where the search had to be given up.
  mutating func solve(within capacity: Int64) -> Double {
    steps &+= count &+ 1
    if totalWeight <= capacity {
      var sum = 0.0
      for place in 0..<count {
        isBest[place] = true
        sum += values[place]
      }
      return sum
    }
    sort()
    let (best, isComplete) = search(capacity)
    guard !isComplete else { return best }
    let mayTabulate = Int64(count) <= PackingKernel.tableLimit / (capacity &+ 1)
    return mayTabulate ? fillTable(capacity) : max(best, relax(within: capacity).value)
  }

  /// Branch and bound; `isComplete` tells whether it ended within its allowance.
  private mutating func search(_ capacity: Int64) -> (best: Double, isComplete: Bool) {
    var (best, value, room, place) = (-1.0, 0.0, capacity, 0)
    var nodes = 0
    let allowance = 200 &+ PackingKernel.nodesPerItem &* count
    visits = 0
    var isGivenUp = false
    repeat {
      nodes &+= 1
      isGivenUp = best >= 0 && (nodes > allowance || visits > PackingKernel.visitLimit)
      if isGivenUp { break }
      if advance(&place, &value, &room, beyond: best) && value > best {
        best = value
        for index in 0..<count { isBest[index] = isIn[index] }
      }
    } while goBack(&place, &value, &room)
    steps &+= nodes &+ visits / 64
    return (best, !isGivenUp)
  }

  /// Takes items in order while they fit and leaves out those that break; `false` as soon as
  /// nothing beyond `best` can come of it.
  @inline(__always)
  private mutating func advance(
    _ place: inout Int, _ value: inout Double, _ room: inout Int64, beyond best: Double
  ) -> Bool {
    while place < count {
      let (sum, reached, left) = runFrom(place, room)
      visits &+= reached &- place &+ 1
      let bound = value + sum + (reached < count ? Double(left) * ratios[reached] : 0)
      if bound <= best * (1 + 1e-13) { return false }
      while place < reached {
        isIn[place] = true
        place &+= 1
      }
      value += sum
      room = left
      if place < count {
        isIn[place] = false
        place &+= 1
      }
    }
    return true
  }

  /// Leaves out the last item taken and goes on behind it; `false` if there is none.
  @inline(__always)
  private func goBack(_ place: inout Int, _ value: inout Double, _ room: inout Int64) -> Bool {
    var last = place &- 1
    while last >= 0, !isIn[last] { last &-= 1 }
    guard last >= 0 else { return false }
    isIn[last] = false
    value -= values[last]
    room &+= weights[last]
    place = last &+ 1
    return true
  }

  @inline(__always)
  private func runFrom(_ start: Int, _ room: Int64) -> (sum: Double, reached: Int, left: Int64) {
    var (sum, place, left) = (0.0, start, room)
    while place < count, weights[place] <= left {
      left &-= weights[place]
      sum += values[place]
      place &+= 1
    }
    return (sum, place, left)
  }

  /// The table of best values by capacity, with one bit of memory a cell to find the packing.
  private mutating func fillTable(_ capacity: Int64) -> Double {
    let width = Int(capacity) + 1
    let best = Buffer<Double>(repeating: 0, count: width)
    let takes = Buffer<Bool>(repeating: false, count: width * count)
    for item in 0..<count where weights[item] <= capacity {
      let (weight, value, row) = (Int(weights[item]), values[item], item * width)
      var room = width - 1
      while room >= weight {
        let candidate = best[room - weight] + value
        if candidate > best[room] {
          best[room] = candidate
          takes[row + room] = true
        }
        room -= 1
      }
    }
    steps &+= width * count / 4
    var room = width - 1
    for item in stride(from: count - 1, through: 0, by: -1) {
      isBest[item] = takes[item * width + room]
      if isBest[item] { room -= Int(weights[item]) }
    }
    return best[width - 1]
  }
}
