public import Postgres

extension DateOnly {
  /// The date that `time` falls on in Asia/Shanghai: UTC+8, no daylight saving since 1991.
  public static func inShanghai(at time: Timestamp) -> DateOnly {
    time.date(offset: shanghaiOffset)
  }

  /// Today's business date by the machine's clock.
  public static var todayInShanghai: DateOnly { inShanghai(at: .now()) }

  /// Seconds by which Asia/Shanghai is ahead of UTC.
  private static let shanghaiOffset = 28_800
}
