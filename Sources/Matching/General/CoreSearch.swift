/// Searches a small problem exactly: branch and bound on the packing bound.
///
/// Notation: a node is a set of fixed and removed options; its bound is what is fixed plus the
/// relaxation of the rest. The slack is the bound less the value that would be an improvement.
///
/// Method: depth first. At each node a few dual steps from the parent's prices; options whose choice
/// would cost more than the slack are removed, those whose absence would are fixed; the average
/// solution is rounded; then the search branches on the entry whose average is least decided, the
/// likelier side first.
///
/// Complexity: exponential at worst, hence a limit of work; cores of some dozens of requests take from one
/// to some hundred nodes.
///
/// Limits: bounds are floating-point numbers with a margin, so that a completed search is an answer
/// but not a certificate.
///
/// Source: M. Posta, J. Ferland, P. Michelon, "An exact method with variable fixing for solving the
/// generalized assignment problem", Computational Optimization and Applications 52 (2012).
final class CoreSearch {
  private let model: GeneralModel
  private let meter: WorkMeter
  private let workEnd: Int64
  private var isRoot = true
  /// The best choices found, if better than what was known.
  private(set) var best: [Int32]?
  private(set) var bestPoints: Int64
  /// Whether nothing better than ``bestPoints`` exists.
  private(set) var isComplete = true

  static let rootSteps = 200
  static let nodeSteps = 25

  /// - Parameters:
  ///   - known: points that are attained already; only better answers are looked for.
  ///   - work: elementary steps after which the search gives up.
  init(_ model: GeneralModel, known: Int64, work: Int64, _ meter: WorkMeter) {
    self.model = model
    self.meter = meter
    workEnd = meter.spent + work
    bestPoints = known
  }

  /// Searches from these prices; see ``PackingRelaxation`` for their coordinates.
  func run(prices: [Double]) {
    explore(
      Node(
        relaxation: PackingRelaxation(model), prices: prices,
        choices: [Int32](repeating: -1, count: model.requestCount), fixed: 0))
  }

  private struct Node {
    var relaxation: PackingRelaxation
    var prices: [Double]
    var choices: [Int32]
    /// The scores of what is fixed.
    var fixed: Double

    mutating func fix(_ option: Int32) {
      relaxation.fix(option)
      choices[Int(relaxation.model.owner[option])] = option
      fixed += Double(relaxation.model.score[option])
    }
  }

  private func explore(_ node: Node) {
    guard meter.spent < workEnd, !meter.isOver else {
      isComplete = false
      return
    }
    var node = node
    guard tighten(&node) else { return }
    round(node)
    guard let entry = branchingEntry(node.relaxation) else { return }
    let option = node.relaxation.options[entry]
    let isLikely = node.relaxation.average[entry] >= 0.5
    for side in [isLikely, !isLikely] {
      var child = node
      child.relaxation = PackingRelaxation(copying: node.relaxation)
      if side { child.fix(option) }
      child.relaxation.compact { side || $0 != entry }
      explore(child)
    }
  }

  /// Lowers the bound and reduces the node until neither helps; `false` if nothing better is left.
  private func tighten(_ node: inout Node) -> Bool {
    while true {
      let method = VolumeMethod(
        node.relaxation, start: node.prices, factor: isRoot ? 0.05 : 0.02, keepsAverage: !isRoot)
      let floor = Double(bestPoints) + CoreSearch.margin - node.fixed
      method.descend(
        steps: isRoot ? CoreSearch.rootSteps : CoreSearch.nodeSteps,
        target: Double(bestPoints) - node.fixed, floor: floor, meter)
      node.prices = method.center.array
      guard method.value > floor else { return false }
      let before = node.relaxation.entryCount
      meter.spend(8 * before)
      guard reduce(&node, slack: method.value - floor, at: method.center) else { return false }
      isRoot = false
      let left = node.relaxation.entryCount
      if left == 0 || left > before * 9 / 10 || meter.isOver { return true }
    }
  }

  /// Objectives are integers; what is below the next one by less than rounding counts as it.
  private static let margin = 1 - 1e-6

  /// Removes and fixes what the slack decides; `false` if that leaves nothing.
  private func reduce(
    _ node: inout Node, slack: Double, at prices: borrowing Buffer<Double>
  ) -> Bool {
    let relaxation = node.relaxation
    let losses = relaxation.losses(at: prices, limit: slack)
    let needed = relaxation.neededOptions(slack: slack)
    for option in needed {
      guard relaxation.isOpen[model.owner[option]], relaxation.fits(option) else { return false }
      node.fix(option)
    }
    relaxation.compact { losses[Int(relaxation.options[$0])] <= slack }
    return true
  }

  /// Completes the node's choices by the average solution.
  private func round(_ node: Node) {
    let relaxation = node.relaxation
    let state = SearchState(model)
    state.load(node.choices)
    let order = (0..<Int32(relaxation.entryCount)).sorted {
      let (a, b) = (relaxation.average[$0], relaxation.average[$1])
      return a != b ? a > b : $0 < $1
    }
    state.fill(order.map { relaxation.options[$0] })
    guard state.points > bestPoints else { return }
    bestPoints = state.points
    best = state.choice.array
  }

  /// The entry whose average is nearest to one half.
  private func branchingEntry(_ relaxation: PackingRelaxation) -> Int32? {
    var (best, distance): (Int32?, Double) = (nil, .infinity)
    for entry in 0..<Int32(relaxation.entryCount) {
      let own = abs(relaxation.average[entry] - 0.5)
      if own < distance { (best, distance) = (entry, own) }
    }
    return best
  }
}
