/// Integers that mostly are small: 32 bits each as long as all of them fit, 64 bits otherwise.
///
/// - Complexity: as an array's; the first integer that does not fit copies all before it.
package struct CompactIntegers: Sendable {
  /// The integers while all of them fit.
  package private(set) var narrow: [Int32] = []
  /// The integers once one did not; ``narrow`` is empty then.
  package private(set) var wide: [Int64] = []

  package init() {}

  package init(_ integers: some Sequence<Int64>) {
    reserveCapacity(integers.underestimatedCount)
    for integer in integers { append(integer) }
  }

  package init(narrow: [Int32]) {
    self.narrow = narrow
  }

  package var isWide: Bool { !wide.isEmpty }

  mutating func reserveCapacity(_ count: Int) {
    if isWide { wide.reserveCapacity(count) } else { narrow.reserveCapacity(count) }
  }

  mutating func append(_ integer: Int64) {
    if !isWide, let small = Int32(exactly: integer) {
      narrow.append(small)
    } else {
      widen()
      wide.append(integer)
    }
  }

  /// The same integers without those in a range.
  func without(_ range: Range<Int>) -> CompactIntegers {
    var rest = self
    if isWide { rest.wide.removeSubrange(range) } else { rest.narrow.removeSubrange(range) }
    return rest
  }

  private mutating func widen() {
    guard !isWide else { return }
    wide.reserveCapacity(narrow.capacity)
    wide += narrow.lazy.map(Int64.init)
    narrow = []
  }
}

extension CompactIntegers: RandomAccessCollection {
  package var startIndex: Int { 0 }
  package var endIndex: Int { isWide ? wide.count : narrow.count }

  package subscript(position: Int) -> Int64 {
    get { isWide ? wide[position] : Int64(narrow[position]) }
    set {
      if !isWide, let small = Int32(exactly: newValue) {
        narrow[position] = small
      } else {
        widen()
        wide[position] = newValue
      }
    }
  }
}
