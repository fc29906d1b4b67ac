/// The engine's answer to a designation problem, and what proves how good it is.
public struct DesignationSolution: Sendable {
  /// The two resources of a group: `first` has the higher pair score (equal scores fall by lottery).
  public struct Pair: Hashable, Sendable {
    public let first: Int32
    public let second: Int32

    public init(first: Int32, second: Int32) {
      self.first = first
      self.second = second
    }
  }

  /// What proves ``DesignationSolution/tightestBound``.
  public enum Proof: String, Sendable {
    /// The certificate's prices alone.
    case prices
    /// The prices of ``DesignationSolution/packing``.
    case packing
    /// An exhaustive search, which only another search can check.
    case search
  }

  /// The two resources of each group.
  public let pairs: [Pair]
  /// The resource that serves each member, or −1.
  public let choices: [Int32]
  /// Points earned: pair scores of the designated and scores of the members served.
  public let objective: Int64
  /// No designation earns more than this, in points; recomputed from ``certificate``.
  public let bound: Int64
  /// The least bound that the engine has proved in any way, in points; at most ``bound``.
  public let tightestBound: Int64
  /// What proves ``tightestBound``.
  public let proof: Proof
  /// `.optimal` only where ``bound`` and objective are equal.
  public let status: Solution.Status
  /// The algorithm that ran, for people and reports.
  public let algorithm: String
  /// Prices from which anyone can recompute ``bound``.
  public let certificate: DesignationCertificate
  /// Prices that prove a tighter bound, where the problem is small enough to have them.
  public let packing: DesignationPackingCertificate?
  /// Elementary steps done.
  public let work: Int64

  /// Whether it is settled that nothing earns more, if only by ``packing`` or the word of the engine.
  public var isProvedBest: Bool { tightestBound == objective }
  /// What may be missing to the best: `bound − objective`, in points.
  public var gap: Int64 { bound - objective }
  /// The gap as a share of the objective's size.
  public var relativeGap: Double { Double(gap) / Double(max(1, abs(objective))) }
  /// The number of members served.
  public var served: Int { choices.reduce(0) { $0 + ($1 >= 0 ? 1 : 0) } }
}
