extension DesignationError: DeskRefusal {
  public var ground: RefusalGround {
    switch self {
    case .tooFewPlaces: .capacity
    case .notDesignated: .state
    case .unknownBank: .value(.lead)
    case .oneBank: .value(.partner)
    case .unchanged: .exists
    case .changedMeanwhile: .overtaken
    case .thirdBank: .tooEarly
    }
  }

  public var chinese: String {
    switch self {
    case .tooFewPlaces(let jurisdiction, let chains, let banks, let places):
      "\(jurisdiction) 的 \(chains) 条链各需两行，共 \(2 * chains) 个名额，\(banks) 家银行只有 \(places) 个"
    case .notDesignated(let chain, let date): "\(date) 产业链 \(chain) 尚无两行"
    case .unknownBank(let bank): "本市没有银行 \(bank)"
    case .oneBank(let bank): "主办行与合作行同为 \(bank)，须为两家"
    case .unchanged(let chain): "产业链 \(chain) 已是这两家银行"
    case .changedMeanwhile(let chain): "产业链 \(chain) 的银行刚被更改，请重新读取"
    case .thirdBank(let chain, let request, let bank, let earliest):
      "银行 \(bank) 对该期间推荐的需求 \(request)（产业链 \(chain)）已有决定，更改后即成第三家银行；"
        + "请自 \(earliest) 或以后起更改"
    }
  }
}
