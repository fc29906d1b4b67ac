/// What an algorithm finds, in canonical order.
struct KernelAnswer {
  /// For each request its option over all options, or −1.
  let chosen: [Int32]
  let certificate: Certificate
  let entryCosts: [Int64]?
  /// For each option the row at which it enters, the number of rows where it has none.
  let entryRows: [Int32]?
  let algorithm: String
  let ending: Ending
  /// Whether the algorithm has excluded, by prices or by a complete search, that more can be earned.
  let isProvedBest: Bool
}

/// Why an algorithm ended.
enum Ending: Int, Comparable {
  /// It had nothing left to do.
  case complete
  /// The work that the options allow was spent.
  case workLimit
  /// The caller's ``SolveOptions/shouldStop`` said so.
  case stopped

  /// A later ending outweighs an earlier one where several parts ended differently.
  static func < (first: Ending, second: Ending) -> Bool { first.rawValue < second.rawValue }
}
