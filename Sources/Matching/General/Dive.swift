/// Builds an allocation from an averaged relaxation, by fixing what it is surest of, round by round.
///
/// Notation: x̄_e is the share of recent evaluations that took entry e.
///
/// Method: fix the largest x̄ (a fiftieth of the open requests, and all that are nearly 1), drop what
/// no longer fits, take a few dual steps on the rest, and repeat until nothing is open; options that
/// fit at the end are filled in by their value at the prices.
///
/// Complexity: about fifty rounds of ``stepsPerRound`` evaluations over a shrinking rest.
///
/// Source: L. Lasdon, "Optimization Theory for Large Systems" (1970), on prices as guides; the
/// rounds are those of diving heuristics in integer programming.
struct Dive {
  static let stepsPerRound = 10
  static let nearlyOne = 0.95
  static let shareFixed = 0.02

  /// The choices found: for each request an option or −1.
  ///
  /// - Parameters:
  ///   - relaxation: the state to dive from; it is used up.
  ///   - noise: how far averages are disturbed, for another dive from the same prices.
  static func run(
    _ relaxation: PackingRelaxation, prices: [Double], noise: Double = 0,
    _ random: inout SearchRandom, _ meter: WorkMeter
  ) -> [Int32] {
    let model = relaxation.model
    let method = VolumeMethod(
      relaxation, start: prices, factor: 0.05, largestShare: 0.4, keepsAverage: true)
    var choices = [Int32](repeating: -1, count: model.requestCount)
    var target = 0.0
    while relaxation.entryCount > 0, !meter.isOver {
      let entries = ranked(relaxation, noise, &random)
      let quota = max(1, Int(shareFixed * Double(relaxation.openCount)))
      var fixed = 0
      for entry in entries {
        let option = relaxation.options[entry]
        if fixed >= quota && relaxation.average[entry] < nearlyOne { break }
        guard relaxation.isOpen[model.owner[option]], relaxation.fits(option) else { continue }
        relaxation.fix(option)
        choices[Int(model.owner[option])] = option
        fixed += 1
      }
      relaxation.compact()
      guard relaxation.entryCount > 0 else { break }
      method.restart()
      target = method.value * 0.995
      method.descend(steps: stepsPerRound, target: target, floor: -.infinity, meter)
    }
    return choices
  }

  /// Entries by falling average; equal ones by reduced score, then by lottery.
  private static func ranked(
    _ relaxation: PackingRelaxation, _ noise: Double, _ random: inout SearchRandom
  ) -> [Int32] {
    var keys = [Double](repeating: 0, count: relaxation.entryCount)
    for entry in keys.indices {
      keys[entry] = relaxation.average[entry] + (noise > 0 ? noise * random.unit() : 0)
    }
    return (0..<Int32(relaxation.entryCount)).sorted {
      let (a, b) = (keys[Int($0)], keys[Int($1)])
      if a != b { return a > b }
      let (c, d) = (relaxation.reduced[$0], relaxation.reduced[$1])
      return c != d ? c > d : relaxation.options[$0] < relaxation.options[$1]
    }
  }
}
