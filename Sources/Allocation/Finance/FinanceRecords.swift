public import Postgres

/// What an enterprise asks the banks for: a loan.
public struct FinanceRequest: Hashable, Codable, Sendable {
  public var number: String
  public var uscc: String
  /// The enterprise's name.
  public var enterprise: String
  /// The enterprise's chain; `nil` if it is on none.
  public var chain: String?
  public var size: EnterpriseSize
  /// `nil` for an enterprise that nobody has rated: below every rating.
  public var rating: Rating?
  /// 万元.
  public var amountWan: Int64
  public var termMonths: Int
  /// What the enterprise can put up.
  public var collateral: [Collateral]
  /// The highest rate that it would pay, % a year.
  public var maxRatePct: Numeric
  public var purpose: LoanPurpose
  public var firstLoan: Bool
  public var submittedOn: DateOnly
}

/// A bank, and how much it still has to lend.
public struct Bank: Hashable, Codable, Sendable {
  public var code: String
  /// Chains it serves at most at one time.
  public var maxChains: Int
  /// What one enterprise may owe it at most, 万元.
  public var clientLimitWan: Int64
  /// The quarter's credit line; `nil` where the bank has none on the business date.
  public var line: CreditLine?
}

/// A bank's credit line in the period that holds the business date, 万元.
public struct CreditLine: Hashable, Codable, Sendable {
  /// The lot of the capacity ledger.
  public var lot: String
  /// Not yet offered, committed or drawn.
  public var freeWan: Int64
  /// The least that the period should bring small and micro enterprises (普惠).
  public var inclusiveFloorWan: Int64
  /// What it has brought them so far, live offers included.
  public var inclusiveWan: Int64

  /// What is still missing to the floor.
  public var inclusiveMissingWan: Int64 { max(0, inclusiveFloorWan - inclusiveWan) }
}

/// A loan product of a bank.
public struct LoanProduct: Hashable, Codable, Sendable {
  public var code: String
  public var bank: String
  public var collateral: Collateral
  /// 万元.
  public var minWan: Int64
  /// 万元.
  public var maxWan: Int64
  public var maxMonths: Int
  /// % a year.
  public var ratePct: Numeric
  public var minRating: Rating
  public var sizes: [EnterpriseSize]
}

/// What a bank has done in a chain so far.
public struct ChainHistory: Hashable, Codable, Sendable {
  public var bank: String
  public var chain: String
  public var clients: Int
  /// 万元.
  public var outstandingWan: Int64
  /// Share of bad loans, %.
  public var badLoanPct: Numeric
}

/// The two banks of a chain on the business date.
public struct ChainBanks: Hashable, Codable, Sendable {
  public var chain: String
  public var lead: String
  public var partner: String

  public init(chain: String, lead: String, partner: String) {
    self.chain = chain
    self.lead = lead
    self.partner = partner
  }

  public var banks: [String] { [lead, partner] }
}

/// What an enterprise owes a bank or has been offered by it, 万元.
public struct ClientExposure: Hashable, Codable, Sendable {
  public var bank: String
  public var uscc: String
  public var amountWan: Int64
  /// The part of it that is drawn: what a renewal at the same bank takes the place of.
  public var drawnWan: Int64
}

/// A request and a bank that has declined it.
public struct DeclinedBank: Hashable, Codable, Sendable {
  public var request: String
  public var bank: String

  public init(request: String, bank: String) {
    self.request = request
    self.bank = bank
  }
}

/// The loan prime rate (LPR) in force on the business date.
public struct LoanPrimeRate: Hashable, Codable, Sendable {
  public var publishedOn: DateOnly
  /// % a year.
  public var oneYearPct: Numeric
  /// % a year, for terms above five years.
  public var fiveYearPct: Numeric

  public init(publishedOn: DateOnly, oneYearPct: Numeric, fiveYearPct: Numeric) {
    self.publishedOn = publishedOn
    self.oneYearPct = oneYearPct
    self.fiveYearPct = fiveYearPct
  }
}
