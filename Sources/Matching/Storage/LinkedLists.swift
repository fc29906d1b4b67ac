/// Doubly linked lists over small integers; each item is in at most one list.
///
/// - Complexity: all operations in constant time.
struct LinkedLists: ~Copyable {
  let heads: Buffer<Int32>
  let nexts: Buffer<Int32>
  let previous: Buffer<Int32>

  /// Empty lists.
  init(lists: Int, items: Int) {
    heads = Buffer(repeating: -1, count: lists)
    nexts = Buffer(repeating: -1, count: items)
    previous = Buffer(repeating: -1, count: items)
  }

  /// The item added last, −1 if the list is empty.
  @inline(__always)
  func first(_ list: Int32) -> Int32 { heads[list] }

  /// The item after this one, −1 at the end.
  @inline(__always)
  func next(_ item: Int32) -> Int32 { nexts[item] }

  /// Adds an item in front.
  ///
  /// - Precondition: the item is in no list.
  func insert(_ item: Int32, into list: Int32) {
    let second = heads[list]
    nexts[item] = second
    previous[item] = -1
    if second >= 0 { previous[second] = item }
    heads[list] = item
    checkInvariants(front: item, of: list)
  }

  /// Takes an item out.
  ///
  /// - Precondition: the item is in this list.
  func remove(_ item: Int32, from list: Int32) {
    checkInvariants(member: item, of: list)
    let (before, after) = (previous[item], nexts[item])
    if before >= 0 { nexts[before] = after } else { heads[list] = after }
    if after >= 0 { previous[after] = before }
  }
}
