public import Postgres

/// Why a rate is not entered.
public enum PrimeRateError: DeskRefusal, Hashable {
  /// A rate is above 0 and at most 100, with two decimals.
  case value(Numeric)
  /// The day has not come yet.
  case future(DateOnly)
  /// Another rate of that day stands.
  case published(LoanPrimeRate)
  /// No rate of that day stands.
  case nothingToCorrect(DateOnly)

  public var ground: RefusalGround {
    switch self {
    case .value: .rule
    case .future: .value(.publishedOn)
    case .published: .exists
    case .nothingToCorrect: .unknown
    }
  }

  public var chinese: String {
    switch self {
    case .value(let rate): "利率须大于 0、不超过 100，至多两位小数，而不是 \(rate)"
    case .future(let date): "\(date) 尚未到来：请在公布之日录入"
    case .published(let rate):
      "\(rate.publishedOn) 的 LPR 已录入：一年期 \(rate.oneYearPct)%、五年期以上 \(rate.fiveYearPct)%；"
        + "更正不改变已签约者"
    case .nothingToCorrect(let date): "\(date) 没有公布过 LPR，无从更正"
    }
  }

  public var description: String {
    switch self {
    case .value(let rate): "a rate is above 0 and at most 100 %, with two decimals, not \(rate)"
    case .future(let date): "\(date) has not come yet: enter the rate on the day of its publication"
    case .published(let rate):
      "the LPR of \(rate.publishedOn) is \(rate.oneYearPct) and \(rate.fiveYearPct) % already; "
        + "a correction (“correct”) replaces it, and signed loans keep theirs"
    case .nothingToCorrect(let date):
      "no LPR was published on \(date) to be corrected: enter one instead"
    }
  }
}
