/// A block of plain values of fixed size that kernels reach by pointer: the one owner of unsafe
/// memory here. It frees its memory at its end, so pointers must not outlive it.
struct Slab<Element: BitwiseCopyable>: ~Copyable {
  let cells: UnsafeMutablePointer<Element>
  let count: Int

  init(repeating value: Element, count: Int) {
    cells = .allocate(capacity: max(count, 1))
    cells.initialize(repeating: value, count: count)
    self.count = count
  }

  /// Memory whose values the caller sets before reading them.
  init(unsetCount count: Int) {
    cells = .allocate(capacity: max(count, 1))
    self.count = count
  }

  deinit { cells.deallocate() }

  /// The values as an array.
  var array: [Element] { Array(UnsafeBufferPointer(start: cells, count: count)) }
}
