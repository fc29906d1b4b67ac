/// Tells an unserved request why it got nothing, and what would have won.
protocol RoundAdvisor {
  /// - Parameter relaxer: tells the changes of the request's own figures.
  func unserved(_ request: Int, _ relaxer: Relaxer) throws -> Unserved
}

extension Advisor: RoundAdvisor {}
