import Postgres

/// A snapshot laid out for look-ups, with the policy that judges it: who may serve whom, and how
/// well.
struct FinanceMarket {
  let snapshot: FinanceSnapshot
  let score: FinanceScore
  /// `nil` where no loan is shared.
  let split: LoanSplit?
  private let bonus: Fraction
  private let longTerm: Int
  private let banks: [String: Bank]
  private let products: [String: [LoanProduct]]
  private let history: [String: ChainHistory]
  private let chainBanks: [String: ChainBanks]
  private let exposures: [String: ClientExposure]
  private let declined: Set<DeclinedBank>
  /// Open requests of each enterprise.
  private let openRequests: [String: Int]
  private let openRenewals: [String: Int]

  init(_ snapshot: FinanceSnapshot, _ policy: Policy) throws {
    func index<T>(_ list: [T], _ key: (T) -> String) -> [String: T] {
      Dictionary(list.map { (key($0), $0) }, uniquingKeysWith: { first, _ in first })
    }
    self.snapshot = snapshot
    score = try FinanceScore(policy)
    split = try LoanSplit(policy)
    bonus = try policy.fraction("finance.bonus.renewal")
    longTerm = try policy.count("finance.limit.long_term")
    banks = index(snapshot.banks, \.code)
    products = Dictionary(grouping: snapshot.products, by: \.bank)
    history = index(snapshot.history) { Self.key($0.bank, $0.chain) }
    chainBanks = index(snapshot.chainBanks, \.chain)
    exposures = index(snapshot.exposures) { Self.key($0.bank, $0.uscc) }
    declined = Set(snapshot.declined)
    openRequests = Dictionary(grouping: snapshot.requests, by: \.uscc).mapValues(\.count)
    openRenewals = Dictionary(
      grouping: snapshot.requests.filter { $0.purpose == .renewal }, by: \.uscc
    ).mapValues(\.count)
  }

  private static func key(_ first: String, _ second: String) -> String { "\(first)/\(second)" }

  /// The banks that may serve a request: its chain's two, or every bank for an enterprise on no
  /// chain; `nil` where the chain has none yet.
  func banks(for request: FinanceRequest) -> [Bank]? {
    guard let chain = request.chain else { return snapshot.banks }
    return chainBanks[chain].map { pair in pair.banks.compactMap { banks[$0] } }
  }

  /// Whether a bank's line has not yet brought small and micro enterprises its floor.
  func missesFloor(_ bank: String) -> Bool {
    (banks[bank]?.line?.inclusiveMissingWan ?? 0) > 0
  }

  func products(of bank: Bank) -> [LoanProduct] { products[bank.code] ?? [] }

  /// The points of an eligible pair; a renewal at the bank that holds the loan gets more.
  func points(_ request: FinanceRequest, _ product: LoanProduct) throws -> Int64 {
    let past = request.chain.flatMap { history[Self.key(product.bank, $0)] }
    let points = try score.points(request, product, past: past, on: snapshot.businessDate)
    guard request.purpose == .renewal, drawn(request, at: product.bank) > 0 else { return points }
    var extra = Score()
    try extra.add(weight: bonus, share: .one)
    return points + (try extra.points())
  }

  /// What the request's enterprise has drawn at a bank, 万元.
  private func drawn(_ request: FinanceRequest, at bank: String) -> Int64 {
    exposures[Self.key(bank, request.uscc)]?.drawnWan ?? 0
  }

  /// What the request's enterprise owes a bank or has been offered by it, 万元.
  func owed(_ request: FinanceRequest, to bank: String) -> Int64 {
    exposures[Self.key(bank, request.uscc)]?.amountWan ?? 0
  }

  /// The part of a renewal that takes the place of what is drawn, 万元. Of several renewals none
  /// does: only one of them could.
  func replaced(_ request: FinanceRequest, at bank: String) -> Int64 {
    guard request.purpose == .renewal, openRenewals[request.uscc] == 1 else { return 0 }
    return min(drawn(request, at: bank), request.amountWan)
  }

  /// What a bank may still lend to the request's enterprise, 万元.
  func clientRoom(_ request: FinanceRequest, at bank: Bank) -> Int64 {
    bank.clientLimitWan - owed(request, to: bank.code) + replaced(request, at: bank.code)
  }

  /// The rules that keep a whole bank from serving a request, whatever the product.
  func failures(_ request: FinanceRequest, at bank: Bank) -> [FinanceFailure] {
    let room = clientRoom(request, at: bank)
    let hasDeclined = declined.contains(DeclinedBank(request: request.number, bank: bank.code))
    return [
      FinanceFailure(.line, unless: bank.line != nil, "\(request.amountWan)", "0"),
      FinanceFailure(
        .clientLimit, unless: request.amountWan <= room, "\(request.amountWan)",
        "\(max(0, room))"),
      FinanceFailure(.declined, unless: !hasDeclined, "not declined", "declined"),
    ].compactMap(\.self)
  }

  /// Whether two requests of one enterprise could break a client limit together.
  func needsClientRow(_ request: FinanceRequest) -> Bool {
    openRequests[request.uscc, default: 0] > 1
  }

  /// The rate in force for a loan of so many months, % a year.
  func lpr(months: Int) -> Numeric? {
    months > longTerm ? snapshot.lpr?.fiveYearPct : snapshot.lpr?.oneYearPct
  }
}
