extension TableFacts {
  /// The facts of a table; of an unknown one, that its first column is a key of its own.
  static func of(_ table: String) -> TableFacts {
    all[table] ?? TableFacts(key: ["code"], jurisdiction: .imported)
  }

  private static let all: [String: TableFacts] =
    enterprises.merging(land) { $1 }.merging(finance) { $1 }.merging(experts) { $1 }
    .merging(talents) { $1 }.merging(homes) { $1 }

  private static let area = NumberLimits.positive(upTo: 1_000_000)

  private static let neededAfterSubmission = RowRule(
    "submitted_on <= needed_by", at: "needed_by",
    "不得早于提交日期 submitted_on", "must not be before submitted_on")

  private static let orderedPeriod = RowRule(
    "period_start <= period_end", at: "period_end",
    "不得早于起始日 period_start", "must not be before period_start")

  private static let enterprises: [String: TableFacts] = [
    "regions": TableFacts(
      key: ["code"], jurisdiction: .division,
      references: [
        Reference("code", .standard("division", condition: "valid_to is null")),
        Reference("parent", .table("regions", key: "code")),
      ],
      rules: [
        RowRule(
          "kind = 'county' or parent is null", at: "parent",
          "地级市不填上级代码", "a prefecture has no parent here"),
        RowRule(
          "kind = 'county' or right(code, 2) = '00'", at: "code",
          "地级市代码以 00 结尾", "a prefecture's code ends in 00"),
        RowRule(
          "kind = 'prefecture' or right(coalesce(parent, '00'), 2) = '00'", at: "parent",
          "县市区的上级须为地级市", "a county's parent is a prefecture"),
      ]),
    "chains": TableFacts(
      key: ["code"], jurisdiction: .imported, lists: ["industry_divisions": .industryDivisions],
      isLocal: true),
    "enterprises": TableFacts(
      key: ["uscc"], jurisdiction: .region, references: [.region, .industry, .chain]),
  ]

  private static let land: [String: TableFacts] = [
    "parcels": TableFacts(
      key: ["code"], jurisdiction: .region,
      references: [.region, Reference("land_use", .standard("land_class", condition: "true"))],
      lists: ["allowed_divisions": .industryDivisions],
      limits: ["area_mu": area, "min_lot_mu": area],
      rules: [
        RowRule(
          "min_lot_mu <= area_mu", at: "min_lot_mu",
          "不得大于面积 area_mu", "must not exceed area_mu"),
        RowRule(
          "farmland_mu <= area_mu", at: "farmland_mu",
          "不得大于面积 area_mu", "must not exceed area_mu"),
      ], lot: LotFact(code: "'parcel:' || code", amount: "area_mu")),
    "land_quotas": TableFacts(
      key: ["code"], jurisdiction: .region, references: [.region],
      limits: ["amount": NumberLimits(range: 0...1_000_000_000)],
      rules: [
        orderedPeriod,
        RowRule(
          "(kind = 'energy') = (unit = 'tce')", at: "unit",
          "能耗指标以 tce 计，其余以 mu 计", "energy is counted in tce, everything else in mu"),
      ],
      noOverlap: ["region", "kind", "document_no"],
      lot: LotFact(code: "'quota:' || code", amount: "amount", fixed: ["region", "kind"])),
    "land_requests": TableFacts(
      key: ["number"], jurisdiction: .enterprise, references: [.enterprise, .industry],
      lists: ["regions": .regions], limits: ["area_mu": area, "min_area_mu": area],
      rules: [
        RowRule(
          "min_area_mu <= area_mu", at: "min_area_mu",
          "不得大于需求面积 area_mu", "must not exceed area_mu"), neededAfterSubmission,
      ]),
  ]

  private static let finance: [String: TableFacts] = [
    "banks": TableFacts(
      key: ["code"], jurisdiction: .imported, limits: ["client_limit_wan": .positive],
      rules: [
        RowRule(
          "max_chains >= finance.least_chains(code, finance.as_of(jurisdiction))",
          at: "max_chains",
          "不得少于该行现有与已定的链数（见 report.chain_bank）；请先以 change-banks 调整，或俟任期届满",
          "must not be less than the chains that the bank has (see report.chain_bank); give them "
            + "other banks first with `yaosu change-banks`, or wait for the term to end")
      ]),
    "credit_lines": TableFacts(
      key: ["bank", "period_start"], jurisdiction: .bank, references: [.bank],
      rules: [
        orderedPeriod,
        RowRule(
          "inclusive_floor_wan <= amount_wan", at: "inclusive_floor_wan",
          "不得大于额度 amount_wan", "must not exceed amount_wan"),
      ],
      noOverlap: ["bank"],
      lot: LotFact(
        code: "'credit_line:' || bank || ':' || period_start", amount: "amount_wan")),
    "loan_products": TableFacts(
      key: ["code"], jurisdiction: .bank, references: [.bank],
      lists: ["sizes": .words("enterprises.size")], limits: ["max_wan": .positive],
      rules: [
        RowRule(
          "min_wan <= max_wan", at: "min_wan",
          "不得大于最高金额 max_wan", "must not exceed max_wan")
      ]),
    "bank_chain_history": TableFacts(
      key: ["bank", "chain"], jurisdiction: .bank, references: [.bank, .chain]),
    "finance_requests": TableFacts(
      key: ["number"], jurisdiction: .enterprise, references: [.enterprise],
      lists: ["collateral": .words("loan_products.collateral")],
      limits: ["amount_wan": .positive], rules: [neededAfterSubmission]),
  ]

  private static let experts: [String: TableFacts] = [
    "universities": TableFacts(key: ["code"], jurisdiction: .imported, isLocal: true),
    "experts": TableFacts(
      key: ["code"], jurisdiction: .imported, references: [.university],
      lists: ["regions": .regions]),
    "expert_requests": TableFacts(
      key: ["number"], jurisdiction: .enterprise, references: [.enterprise]),
    "expert_rankings": TableFacts(
      key: ["side", "request", "expert"],
      jurisdiction: .parent(
        column: "request", table: "expert_requests", key: "number", department: false),
      references: [
        Reference("request", .table("expert_requests", key: "number")),
        Reference("expert", .table("experts", key: "code")),
      ],
      limits: ["rank": NumberLimits(range: 1...1000)], isSealed: true),
  ]

  private static let talents: [String: TableFacts] = [
    "talents": TableFacts(
      key: ["code"], jurisdiction: .imported,
      references: [.university, Reference("home_region", .table("regions", key: "code"))],
      lists: ["regions": .regions]),
    "host_posts": TableFacts(
      key: ["number"], jurisdiction: .enterprise, references: [.enterprise],
      limits: ["max_seats": .positive(upTo: 1_000_000_000)],
      rules: [
        RowRule(
          "min_seats <= max_seats", at: "min_seats",
          "不得大于最多人数 max_seats", "must not exceed max_seats")
      ]),
    "institution_posts": TableFacts(
      key: ["code"], jurisdiction: .region, references: [.region]),
  ]

  private static let homes: [String: TableFacts] = [
    "homes": TableFacts(
      key: ["code"], jurisdiction: .region, references: [.region],
      limits: [
        "area_m2": area, "rooms": NumberLimits(range: 1...20),
      ]),
    "home_applications": TableFacts(
      key: ["number"], jurisdiction: .enterprise, references: [.enterprise],
      lists: ["regions": .regions]),
  ]
}
