/// A request at a resource, with what decides between it and others: the grades of both sides, then
/// the lottery.
struct Contract {
  let request: Int
  /// The option's place among those with which the request takes part.
  let option: Int
  let gradeByRequest: Grade
  let gradeByResource: Grade
  /// The rows it takes a unit of, the most specific first.
  let chain: [Int]
  let requestLottery: UInt64
  let seatLottery: UInt64

  /// Whether the request would rather have this contract than another of its own.
  func isPreferred(to other: Contract) -> Bool {
    (gradeByRequest, seatLottery) < (other.gradeByRequest, other.seatLottery)
  }

  /// Whether a row in which both stand holds this contract rather than the other.
  func isHeld(before other: Contract) -> Bool {
    (gradeByResource, requestLottery, seatLottery)
      < (other.gradeByResource, other.requestLottery, other.seatLottery)
  }
}
