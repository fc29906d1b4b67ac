/// The arrays of one solve, as pointers that hot loops keep in registers. `AssignmentMemory` owns
/// them; a floor must not outlive it.
///
/// Requests are i, resources j. The tenants of j fill the slots `slotStart[j] ..< slotStart[j] +
/// load[j]`; during an auction they form a heap, lowest bid first.
struct AssignmentFloor<Score: KernelScore> {
  typealias Cells = UnsafeMutablePointer

  let requestCount: Int
  let resourceCount: Int

  // The instance, options on resources without capacity left out.
  let start: Cells<Int32>
  let resource: Cells<Int32>
  let score: Cells<Score>
  let capacity: Cells<Int32>
  let slotStart: Cells<Int32>

  // The allocation.
  let load: Cells<Int32>
  let tenant: Cells<Int32>
  /// What each tenant has bid; meaningful during an auction only.
  let bid: Cells<Score>
  let price: Cells<Score>
  /// max(0, best score − price) of each request, once the auction is over.
  let profit: Cells<Score>
  /// The resource each request holds, −1 where none.
  let seat: Cells<Int32>
  /// The slot of each seated request, counted inside its resource, once the auction is over.
  let place: Cells<Int32>

  /// The number of options.
  var optionCount: Int { Int(start[requestCount]) }

  @inline(__always)
  func options(of request: Int) -> Range<Int> {
    Range(uncheckedBounds: (Int(start[request]), Int(start[request &+ 1])))
  }

  @inline(__always)
  func slots(of resource: Int) -> Range<Int> {
    let first = Int(slotStart[resource])
    return Range(uncheckedBounds: (first, first &+ Int(load[resource])))
  }

  @inline(__always)
  func isFull(_ resource: Int) -> Bool { load[resource] >= capacity[resource] }

  /// Seats a request on a resource that has a free slot.
  @inline(__always)
  func seat(_ request: Int, on resource: Int) {
    let index = load[resource]
    tenant[Int(slotStart[resource] &+ index)] = Int32(truncatingIfNeeded: request)
    load[resource] = index &+ 1
    seat[request] = Int32(truncatingIfNeeded: resource)
    place[request] = index
    checkInvariants(seatOf: request)
  }

  /// Takes a seated request off its resource; the last tenant moves into its slot.
  @inline(__always)
  func unseat(_ request: Int) {
    let resource = Int(seat[request])
    let first = slotStart[resource]
    let last = load[resource] &- 1
    let moved = tenant[Int(first &+ last)]
    tenant[Int(first &+ place[request])] = moved
    place[Int(moved)] = place[request]
    load[resource] = last
    seat[request] = -1
    place[request] = -1
    checkInvariants(slotsOf: resource)
  }
}
