extension LinkedLists {
  /// Checks that an item just put in front of a list is linked both ways; does nothing in release
  /// builds.
  @inline(__always)
  func checkInvariants(front item: Int32, of list: Int32) {
    assert(heads[list] == item && previous[item] < 0, "the list does not begin with its item")
    assert(nexts[item] < 0 || previous[nexts[item]] == item, "the links disagree")
    assert(nexts[item] != item, "an item was put into its list twice")
  }

  /// Checks that an item about to leave a list is in it as far as its neighbours know.
  @inline(__always)
  func checkInvariants(member item: Int32, of list: Int32) {
    assert(
      previous[item] < 0 ? heads[list] == item : nexts[previous[item]] == item,
      "the item is not in this list")
    assert(nexts[item] < 0 || previous[nexts[item]] == item, "the links disagree")
  }
}
