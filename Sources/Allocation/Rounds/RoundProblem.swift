public import Postgres

/// What a mechanism puts before the engine, in the office's own words.
///
/// Requests, rows and options are in canonical order (by number, by name, by resource, all compared
/// as UTF-8; options of one resource by amount, the larger first, and then by what else belongs to
/// them), so that the same snapshot always gives the same problem.
public struct RoundProblem: Sendable {
  /// One request: what an enterprise asks for.
  public struct Request: Hashable, Sendable {
    public let number: String
    /// The enterprise's USCC; empty where a talent asks, and each option's detail names its host's.
    public let uscc: String
    /// The enterprise's name on the day of the round; empty where a talent asks.
    public let enterprise: String
    public let options: [Option]
    /// What keeps other resources from the request, one entry a rule at most.
    public let failures: [RuleFailures]

    public init(
      number: String, uscc: String, enterprise: String, options: [Option],
      failures: [RuleFailures]
    ) {
      self.number = number
      self.uscc = uscc
      self.enterprise = enterprise
      self.options = options
      self.failures = failures
    }

    public init(
      number: String, uscc: String, enterprise: String, options: [Option], refusals: [Refusal]
    ) {
      self.init(
        number: number, uscc: uscc, enterprise: enterprise, options: options,
        failures: [RuleFailures](refusals))
    }

    /// The failures one by one: by resource, then in the order of the rules.
    public var refusals: [Refusal] { failures.flatMap(\.refusals).sorted(byText: \.resource) }
  }

  /// One capacity.
  public struct Row: Hashable, Sendable {
    /// What sort of capacity this is: `expert`, `university`, …
    public let kind: String
    /// The code of the resource whose capacity it is.
    public let resource: String
    /// The unit in which bounds and uses are counted.
    public let unit: String
    public let lower: Int64
    public let upper: Int64
    /// Points lost for each unit below `lower`.
    public let penalty: Int64
    /// The lots of the capacity ledger that the row stands for, in the order in which offers hold on
    /// them what they use; none where nothing but the round counts the capacity.
    public let lots: [Lot]
    /// Decimal places of the lot's unit that one unit of the row stands for: 4 where the row counts
    /// ten-thousandths of a mu.
    public let places: Int

    public init(
      kind: String, resource: String, unit: String, lower: Int64 = 0, upper: Int64,
      penalty: Int64 = 0, lot: String? = nil, places: Int = 0
    ) {
      self.init(
        kind: kind, resource: resource, unit: unit, lower: lower, upper: upper, penalty: penalty,
        lots: lot.map { [Lot(code: $0, free: nil)] } ?? [], places: places)
    }

    public init(
      kind: String, resource: String, unit: String, lower: Int64 = 0, upper: Int64,
      penalty: Int64 = 0, lots: [Lot], places: Int = 0
    ) {
      self.kind = kind
      self.resource = resource
      self.unit = unit
      self.lower = lower
      self.upper = upper
      self.penalty = penalty
      self.lots = lots
      self.places = places
    }

    /// A lot behind a row.
    public struct Lot: Hashable, Sendable {
      public let code: String
      /// What is free of it, in its own unit; `nil` for the only lot of a row.
      public let free: Numeric?

      public init(code: String, free: Numeric?) {
        self.code = code
        self.free = free
      }
    }

    /// The name under which the row is stored and shown.
    public var name: String { "\(kind):\(resource)" }
  }

  /// One way to serve a request.
  public struct Option: Hashable, Sendable {
    /// The code of the resource.
    public let resource: String
    /// What else belongs to the choice, by name.
    public let detail: [String: String]
    public let amount: Numeric
    public let unit: String
    /// Points, at least 0.
    public let score: Int64
    /// What the option takes, the most specific row first.
    public let uses: [Use]
    /// What the two sides have filed for each other, in a two-sided problem.
    public let ranks: Ranks

    public init(
      resource: String, detail: [String: String], amount: Numeric, unit: String, score: Int64,
      uses: [Use], ranks: Ranks = Ranks()
    ) {
      self.resource = resource
      self.detail = detail
      self.amount = amount
      self.unit = unit
      self.score = score
      self.uses = uses
      self.ranks = ranks
    }
  }

  /// An amount that an option takes of a row.
  public struct Use: Hashable, Sendable {
    /// The name of the row.
    public let row: String
    public let amount: Int64

    public init(row: String, amount: Int64) {
      self.row = row
      self.amount = amount
    }
  }

  /// A hard rule that a request and a resource do not meet, with the figures on both sides.
  public struct Refusal: Hashable, Sendable {
    public let rule: String
    public let resource: String
    /// What the request needs.
    public let needed: String
    /// What the resource has.
    public let found: String

    public init(rule: String, resource: String, needed: String, found: String) {
      self.rule = rule
      self.resource = resource
      self.needed = needed
      self.found = found
    }
  }

  public let requests: [Request]
  public let rows: [Row]
  /// The rule of a two-sided problem; `nil` where only the total score counts.
  public let rule: TwoSidedRule?

  /// Puts requests, rows, options and refusals into canonical order.
  public init(requests: [Request], rows: [Row], rule: TwoSidedRule? = nil) {
    self.init(
      canonical: requests.sorted(byText: \.number).map(\.canonical),
      rows: rows.sorted(byText: \.name), rule: rule)
  }

  /// - Parameter requests: and `rows` are in canonical order.
  init(canonical requests: [Request], rows: [Row], rule: TwoSidedRule?) {
    self.requests = requests
    self.rows = rows
    self.rule = rule
  }

  /// The same problem with one request changed; its number stays.
  func replacing(_ place: Int, with request: Request) -> RoundProblem {
    var requests = requests
    requests[place] = request.canonical
    return RoundProblem(canonical: requests, rows: rows, rule: rule)
  }
}

extension RoundProblem.Request {
  /// The request with options and refusals in canonical order.
  fileprivate var canonical: RoundProblem.Request {
    RoundProblem.Request(
      number: number, uscc: uscc, enterprise: enterprise,
      options: Dictionary(grouping: options, by: \.resource)
        .sorted(byText: \.key)
        .flatMap { RoundProblem.Option.canonical($0.value) },
      failures: failures.map(\.canonical))
  }
}

extension RoundProblem.Option {
  /// Options of one resource in canonical order.
  fileprivate static func canonical(_ options: [Self]) -> [Self] {
    guard options.count > 1 else { return options }
    return options.map { (option: $0, key: $0.detailKey) }.sorted { left, right in
      left.option.amount == right.option.amount
        ? left.key.lexicographicallyPrecedes(right.key) : left.option.amount > right.option.amount
    }.map(\.option)
  }

  /// The detail as bytes that are equal for equal details only.
  private var detailKey: [UInt8] {
    var text = CanonicalText()
    for name in detail.keys.sorted(byText: { $0 }) { text.append(name, [detail[name] ?? ""]) }
    return text.bytes
  }
}
