public import Postgres

/// Why the list of chains is not changed.
public enum ChainListError: DeskRefusal, Hashable {
  /// There is no such chain in the prefecture.
  case unknown(chain: String)
  /// It is off the list, or will be.
  case notListed(chain: String, since: DateOnly)
  /// It is on the list.
  case listed(chain: String)
  /// Loans were recommended by the list of that day.
  case tooEarly(chain: String, earliest: DateOnly)

  public var ground: RefusalGround {
    switch self {
    case .unknown: .value(.chain)
    case .notListed, .listed: .state
    case .tooEarly: .tooEarly
    }
  }

  public var chinese: String {
    switch self {
    case .unknown(let chain): "本市没有产业链 \(chain)"
    case .notListed(let chain, let since): "产业链 \(chain) 自 \(since) 起不在清单上"
    case .listed(let chain): "产业链 \(chain) 在清单上"
    case .tooEarly(let chain, let earliest):
      "至 \(earliest) 前一日，推荐已按产业链 \(chain) 当时是否在清单上作出：请自 \(earliest) 或以后起"
    }
  }

  public var description: String {
    switch self {
    case .unknown(let chain): "there is no chain \(chain) in this prefecture: see report.chain_list"
    case .notListed(let chain, let since): "chain \(chain) is off the list from \(since) on"
    case .listed(let chain): "chain \(chain) is on the list: see report.chain_list"
    case .tooEarly(let chain, let earliest):
      "the list of chain \(chain) has counted up to the day before \(earliest): "
        + "begin on \(earliest) or later"
    }
  }
}
