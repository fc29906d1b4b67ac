public import Postgres

/// What a finance round reads: open requests, banks with what they have left, their products and
/// their history, the two banks of each chain, and the pairs ruled out.
public struct FinanceSnapshot: RoundSnapshot, Codable {
  public let businessDate: DateOnly
  /// `nil` where no rate had been published yet.
  public let lpr: LoanPrimeRate?
  public let requests: [FinanceRequest]
  public let banks: [Bank]
  public let products: [LoanProduct]
  public let history: [ChainHistory]
  public let chainBanks: [ChainBanks]
  public let exposures: [ClientExposure]
  public let declined: [DeclinedBank]

  public init(
    businessDate: DateOnly, lpr: LoanPrimeRate?, requests: [FinanceRequest], banks: [Bank],
    products: [LoanProduct], history: [ChainHistory], chainBanks: [ChainBanks],
    exposures: [ClientExposure], declined: [DeclinedBank]
  ) {
    self.businessDate = businessDate
    self.lpr = lpr
    self.requests = requests.sorted(byText: \.number)
    self.banks = banks.sorted(byText: \.code)
    self.products = products.sorted(byText: \.code)
    self.history = history.sorted(byText: { "\($0.bank)\t\($0.chain)" })
    self.chainBanks = chainBanks.sorted(byText: \.chain)
    self.exposures = exposures.sorted(byText: { "\($0.bank)\t\($0.uscc)" })
    self.declined = declined.sorted(byText: { "\($0.request)\t\($0.bank)" })
  }

  public func append(to text: inout CanonicalText) {
    text.append("date", ["\(businessDate)"])
    if let lpr {
      text.append("lpr", ["\(lpr.publishedOn)", lpr.oneYearPct.line, lpr.fiveYearPct.line])
    }
    for request in requests { text.append("request", request.fields) }
    for bank in banks { text.append("bank", bank.fields) }
    for product in products { text.append("product", product.fields) }
    for past in history {
      text.append(
        "history",
        [
          past.bank, past.chain, "\(past.clients)", "\(past.outstandingWan)",
          past.badLoanPct.line,
        ])
    }
    for pair in chainBanks { text.append("chain_banks", [pair.chain, pair.lead, pair.partner]) }
    for exposure in exposures {
      text.append(
        "exposure",
        [exposure.bank, exposure.uscc, "\(exposure.amountWan)", "\(exposure.drawnWan)"])
    }
    for pair in declined { text.append("declined", [pair.request, pair.bank]) }
  }
}

extension Numeric {
  /// One way to write each value.
  fileprivate var line: String { "\(reduced)" }
}

extension FinanceRequest {
  fileprivate var fields: [String] {
    [
      number, uscc, enterprise, chain ?? "", size.rawValue, rating?.rawValue ?? "",
      "\(amountWan)", "\(termMonths)", collateral.map(\.rawValue).joined(separator: ";"),
      maxRatePct.line, purpose.rawValue, "\(firstLoan)", "\(submittedOn)",
    ]
  }
}

extension Bank {
  fileprivate var fields: [String] {
    let line = line.map {
      [$0.lot, "\($0.freeWan)", "\($0.inclusiveFloorWan)", "\($0.inclusiveWan)"]
    }
    return [code, "\(maxChains)", "\(clientLimitWan)"] + (line ?? [])
  }
}

extension LoanProduct {
  fileprivate var fields: [String] {
    [
      code, bank, collateral.rawValue, "\(minWan)", "\(maxWan)", "\(maxMonths)", ratePct.line,
      minRating.rawValue, sizes.map(\.rawValue).joined(separator: ";"),
    ]
  }
}
