extension Holdings {
  /// Checks a hospital that has just taken a slot: it holds no worse one than its worst, and no more
  /// than its quota; does nothing in release builds.
  @inline(__always)
  func checkInvariants(_ slot: Int32, at hospital: Int32) {
    assert(states[hospital].free >= 0, "a quota is exceeded")
    assert(isHeld[states[hospital].worst], "the worst is not held")
    assert(slot <= states[hospital].worst, "a worse slot than the worst is held")
  }
}
