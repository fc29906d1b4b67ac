/// Why a problem cannot be built. Options are counted from 0 inside their request.
public enum ProblemError: Error, Hashable, Sendable {
  /// A bound or penalty of a row is below 0.
  case negativeRowValue(row: Int, name: String, value: Int64)
  /// An option was added before the first request.
  case optionWithoutRequest
  /// A score is below 0.
  case negativeScore(request: Int, option: Int, value: Int64)
  /// An amount is below 1.
  case amountNotPositive(request: Int, option: Int, row: Int, value: Int64)
  /// An option uses a row that does not exist.
  case unknownRow(request: Int, option: Int, row: Int)
  /// An option names one row twice.
  case duplicateRow(request: Int, option: Int, row: Int)
  /// A sum over the problem could pass 2⁶², so that results might overflow.
  case sumTooLarge(what: String)
  /// There are more than 2³¹ − 2 requests, rows, options or uses.
  case tooMany(what: String)
}

extension ProblemError: CustomStringConvertible {
  /// What is wrong, where, and what would put it right.
  public var description: String {
    switch self {
    case .negativeRowValue(let row, let name, let value):
      "row \(row): \(name) is \(value); it must be 0 or more"
    case .optionWithoutRequest:
      "an option was added before any request; add its request first"
    case .negativeScore(let request, let option, let value):
      "request \(request), option \(option): score is \(value); it must be 0 or more"
    case .amountNotPositive(let request, let option, let row, let value):
      """
      request \(request), option \(option): it uses \(value) of row \(row); \
      leave the use out or make it 1 or more
      """
    case .unknownRow(let request, let option, let row):
      "request \(request), option \(option): there is no row \(row); rows are counted from 0"
    case .duplicateRow(let request, let option, let row):
      "request \(request), option \(option): row \(row) is named twice; add its amounts up"
    case .sumTooLarge(let what):
      "\(what) could pass 2^62 and overflow; use a coarser unit"
    case .tooMany(let what):
      "there are more than 2147483646 \(what); split the problem"
    }
  }
}
