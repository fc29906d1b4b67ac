extension Duration {
  /// Whole microseconds, rounded towards zero.
  var microseconds: Int128 {
    let (seconds, attoseconds) = components
    return Int128(seconds) * 1_000_000 + Int128(attoseconds / 1_000_000_000_000)
  }

  /// Seconds, for people and reports.
  public var inSeconds: Double { Double(microseconds) / 1_000_000 }
}
