/// What the engine has to reach on an instance; a figure left out is not asked for.
struct Bar {
  /// How many times faster than the row's first peer, and how far below its memory.
  var speed: Double?
  var memory: Double?
  /// How many times faster than a time that others have published.
  var published: (speed: Double, seconds: Double, source: String)?
  /// The answer on seed 1.
  var objective: Int?
  /// The gap as a share of the objective; over several seeds, of the median.
  var gap: Double?
  /// Seconds of the solve.
  var seconds: Double?
  /// A goal beyond what must hold: reported, but no failure.
  var isStretch = false

  /// Whether it compares with a peer, and cannot be judged where the peer gives no answer.
  var needsPeer: Bool { speed != nil || memory != nil }

  /// Each figure of the bar, and whether a measurement reaches it.
  func verdicts(
    _ ours: Measurement, beside peer: Measurement?, seed: UInt64
  ) -> [(text: String, isMet: Bool)] {
    var result: [(String, Bool)] = []
    if let speed, let peer {
      result.append(("\(speed)x faster", peer.wall >= speed * ours.wall))
    }
    if let memory, let peer {
      result.append(("1/\(memory) of the memory", peer.peakMiB >= memory * ours.peakMiB))
    }
    if let published {
      let text = "\(published.speed)x faster than \(published.source)'s \(published.seconds) s"
      result.append((text, published.seconds >= published.speed * ours.wall))
    }
    if let objective, seed == 1 {
      result.append(("\(objective)", ours.objective >= objective))
    }
    if let gap { result.append(("\((100 * gap).rounded(to: 3)) %", ours.gap <= gap)) }
    if let seconds { result.append(("by \(seconds) s", ours.wall <= seconds)) }
    return result
  }
}

extension Double {
  fileprivate func rounded(to digits: Int) -> Double {
    let scale = (0..<digits).reduce(1.0) { power, _ in 10 * power }
    return (self * scale).rounded() / scale
  }
}
