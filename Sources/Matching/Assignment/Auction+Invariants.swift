extension Auction {
  /// Stops a debug build where a resource's tenants are not a heap of bids, or its price is not the
  /// lowest of them; does nothing in a release build.
  func checkInvariants() {
    assert(firstUnsound() == nil, "the bids of a resource are no heap")
  }

  /// As ``checkInvariants()`` for a resource that has just taken a bid. Those of many units are not
  /// walked at every bid, which would make debug builds quadratic.
  @inline(__always)
  func checkInvariants(of resource: Int) {
    assert(floor.load[resource] > 16 || isSound(resource), "the bids of a resource are no heap")
  }

  private func firstUnsound() -> Int? {
    for resource in 0..<floor.resourceCount {
      if !isSound(resource) { return resource }
    }
    return nil
  }

  private func isSound(_ resource: Int) -> Bool {
    let slots = floor.slots(of: resource)
    guard slots.allSatisfy({ floor.tenant[$0] >= 0 }) else { return false }
    // A single unit is sold at its price; no bid is kept.
    guard floor.capacity[resource] > 1 else { return true }
    let isHeap = slots.indices.dropFirst().allSatisfy { slot in
      let parent = slots.lowerBound + (slot - slots.lowerBound - 1) / 2
      return floor.bid[parent] <= floor.bid[slot]
    }
    return isHeap
      && (!floor.isFull(resource) || floor.price[resource] == floor.bid[slots.lowerBound])
  }
}
