extension Land {
  /// None yet from the options alone: a land request's advice is proven by re-solving.
  public static func relaxations(
    of number: String, in snapshot: LandSnapshot, policy: Policy
  ) throws -> [Relaxation] {
    []
  }
}
