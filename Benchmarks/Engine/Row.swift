/// One line of the comparison: an instance, who solves it beside the engine, and the bars.
struct Row {
  let family: String
  let size: String
  var peers: [Peer] = []
  /// What is asked of a solve without limit.
  var bars: [Bar] = []
  /// What is asked of solves with a limit of seconds, each a solve of its own.
  var checkpoints: [(limit: Double, bars: [Bar])] = []

  var name: String { "\(family):\(size)" }
}

extension Row {
  /// A row for an instance that no bar is set for: its family's peers, and none may be faster.
  init(family: String, size: String) {
    self.family = family
    self.size = size
    switch family {
    case "C": peers = [.highs, .constraints]
    case "D": peers = [.constraints]
    case "Es", "Et": peers = [.arrays]
    default:
      peers = [.flow]
      bars = [Bar(speed: 1)]
    }
  }

  /// Everything that `compare` measures without arguments: the families, then what is hard for
  /// auctions and augmenting paths.
  static let standard = assignment + land + designation + stable + adversarial

  private static func flow(
    _ family: String, _ size: Int, _ speed: Double, stretch: Double, also: [Peer] = []
  ) -> Row {
    Row(
      family: family, size: String(size), peers: [.flow] + also,
      bars: [Bar(speed: speed, memory: 3), Bar(speed: stretch, isStretch: true)])
  }

  private static let assignment = [
    flow("A", 10_000, 5, stretch: 10, also: [.networkSimplex]),
    flow("A", 100_000, 4, stretch: 10),
    flow("A", 1_000_000, 4, stretch: 10),
    flow("B", 10_000, 1.5, stretch: 5, also: [.networkSimplex]),
    flow("B", 100_000, 2, stretch: 5),
    flow("B", 1_000_000, 2, stretch: 5),
  ]

  private static func checkpoint(
    _ seconds: Double, _ objective: Int, _ percent: Double, stretch: Bool = false
  ) -> (limit: Double, bars: [Bar]) {
    let bar = Bar(
      objective: objective, gap: percent / 100, seconds: 1.1 * seconds, isStretch: stretch)
    return (seconds, [bar])
  }

  private static let land = [
    Row(
      family: "C", size: "100", peers: [.highs, .constraints],
      checkpoints: [
        checkpoint(2, 69_200, 0.42), checkpoint(10, 69_292, 0.28, stretch: true),
        checkpoint(30, 69_292, 0.15, stretch: true),
      ]),
    Row(family: "C", size: "200", bars: [Bar(seconds: 2)]),
    Row(family: "C", size: "400", bars: [Bar(seconds: 2)]),
    Row(
      family: "C", size: "1000", peers: [.highs, .constraints],
      checkpoints: [
        checkpoint(2, 669_500, 0.21), checkpoint(10, 669_900, 0.15, stretch: true),
      ]),
    Row(
      family: "C", size: "10000", peers: [.highs],
      checkpoints: [
        checkpoint(3, 6_827_000, 0.5), checkpoint(20, 6_837_500, 0.14, stretch: true),
      ]),
  ]

  private static let designation = [
    Row(
      family: "D", size: "12x30x200", peers: [.constraints],
      checkpoints: [
        checkpoint(2, 222_500, 1.7), checkpoint(10, 223_035, 0.5, stretch: true),
      ]),
    Row(
      family: "D", size: "50x80x1000", peers: [.constraints],
      checkpoints: [
        checkpoint(3, 1_077_000, 1.6), checkpoint(20, 1_080_000, 1.3, stretch: true),
      ]),
    Row(
      family: "D", size: "50x80x5000", peers: [.constraints],
      checkpoints: [
        checkpoint(6, 3_434_000, 1.4), checkpoint(20, 3_439_000, 1.2, stretch: true),
      ]),
  ]

  private static let stable = [
    Row(
      family: "Es", size: "100000", peers: [.arrays],
      bars: [Bar(published: (30, 5.7, "GraphMatching"))]),
    Row(
      family: "Es", size: "1000000", peers: [.arrays],
      bars: [Bar(speed: 1 / 1.3), Bar(speed: 1, isStretch: true)]),
    Row(
      family: "Et", size: "1000",
      bars: [Bar(objective: 910), Bar(objective: 920, isStretch: true)]),
  ]

  private static let adversarial = AdversarialFamilies.names.map {
    Row(family: $0, size: AdversarialFamilies.isDense($0) ? "1000" : "10000")
  }
}
