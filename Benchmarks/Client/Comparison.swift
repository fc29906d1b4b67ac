/// One of our speeds beside a peer's, measured by turns in one run.
struct Comparison {
  let what: String
  let unit: String
  let peer: String
  /// The least ratio of ours to theirs that is good enough.
  let bar: Double
  let ours: Double
  let theirs: Double

  var ratio: Double { ours / theirs }
  var isMet: Bool { ratio >= bar }

  /// The pair of the median ratio.
  ///
  /// - Parameter pairs: at least one.
  init(
    _ what: String, unit: String, peer: String, bar: Double,
    _ pairs: [(ours: Double, theirs: Double)]
  ) {
    let sorted = pairs.sorted { $0.ours / $0.theirs < $1.ours / $1.theirs }
    (ours, theirs) = sorted.isEmpty ? (.nan, .nan) : sorted[sorted.count / 2]
    (self.what, self.unit, self.peer, self.bar) = (what, unit, peer, bar)
  }

  var line: String {
    "\(what): \(Int(ours)) \(unit), \(peer) \(Int(theirs)), ratio \(hundredths(ratio)), "
      + "at least \(hundredths(bar)) \(isMet ? "met" : "MISSED")"
  }

  private func hundredths(_ value: Double) -> Double { (value * 100).rounded() / 100 }
}
