import Matching
public import Postgres

/// A designation after the engine has spoken, before it is stored.
struct SolvedDesignation: Sendable {
  let jurisdiction: String
  let term: Term
  /// The first day of the pairs where chains are added to a term under way; `nil` for a whole term.
  let startsOn: DateOnly?
  let policyVersion: Int
  let seed: String
  /// SHA-256 of everything the designation depends on.
  let inputDigest: String
  let snapshot: DesignationSnapshot
  let draft: DesignationDraft
  /// The engine's answer, whose prices bound every designation.
  let solution: DesignationSolution
  /// The pairs: the engine's, or those of assigning chain by chain where a short search of a large
  /// city has not come as far.
  let designated: DesignatedPairs
  /// Points of the pairs' history and of the requests served.
  let objective: Int64
  /// For each member the index of the bank that serves it, or −1.
  let served: [Int32]
  /// The best other pair of each chain.
  let runnersUp: [RunnerUp?]
  /// What assigning chain by chain would earn; `nil` where that leaves a chain without two banks.
  let sequential: PairsValue?
  /// Wall time of the designation itself, without runners-up and comparison.
  let solveTime: Duration

  /// How far the pairs are proved.
  var status: Solution.Status {
    objective == solution.objective ? solution.status : .within
  }
}

extension SolvedDesignation {
  /// Solves a snapshot: the pure heart of a designation.
  ///
  /// - Parameters:
  ///   - addition: the chains that are added to a term under way, and what the others keep.
  ///   - clock: measures the engine; its reading is reported and decides nothing.
  /// - Throws: ``DesignationError`` where the banks have too few places; ``PolicyError``.
  static func solve(
    _ snapshot: DesignationSnapshot, jurisdiction: String, term: Term,
    addition: DesignationAddition? = nil, policy: Policy, clock: any Clock<Duration>
  ) throws -> SolvedDesignation {
    let seed = Self.seed(jurisdiction, term) + (addition.map { "/\($0.startsOn)" } ?? "")
    let whole = try DesignationDraft(snapshot, policy)
    let draft = try addition.map { try whole.left(by: $0, seed: seed) } ?? whole
    try checkPlaces(draft, jurisdiction)
    let problem = try draft.problem(seed: seed)
    let (solution, time) = try SolvedRound.measured(clock) {
      try Engine.solve(problem, options: SolveOptions(workLimit: workLimit))
    }
    let sequentialPairs = draft.sequentialPairs(seed: seed)
    let sequential = try sequentialPairs.map { try draft.value(of: $0, seed: seed) }
    let own = DesignatedPairs(
      pairs: solution.pairs.map {
        DesignatedPairs.Pair(lead: Int($0.first), partner: Int($0.second))
      })
    let isOvertaken = sequential.map { $0.objective > solution.objective } ?? false
    let designated = isOvertaken ? sequentialPairs ?? own : own
    let search = RunnerUpSearch(draft, designated, solution.certificate, seed: seed)
    return SolvedDesignation(
      jurisdiction: jurisdiction, term: term, startsOn: addition?.startsOn,
      policyVersion: policy.version, seed: seed,
      inputDigest: inputDigest(snapshot, jurisdiction, term, seed, policy), snapshot: snapshot,
      draft: draft, solution: solution, designated: designated,
      objective: max(solution.objective, sequential?.objective ?? .min),
      served: isOvertaken ? sequential?.served ?? [] : solution.choices,
      runnersUp: try InParallel.map(Array(draft.chains.indices)) { try search.find($0) },
      sequential: sequential, solveTime: time)
  }

  /// What the lottery of a term's designation is drawn with.
  static func seed(_ jurisdiction: String, _ term: Term) -> String {
    "designation/\(jurisdiction)/\(term.text)"
  }

  /// Steps of the engine: a term's designation may take some ten seconds, and no more.
  private static let workLimit: Int64 = 300_000_000

  private static func checkPlaces(_ draft: DesignationDraft, _ jurisdiction: String) throws {
    let places = draft.banks.reduce(0) { $0 + min($1.maxChains, draft.chains.count) }
    let open = draft.banks.count { $0.maxChains > 0 }
    guard places >= 2 * draft.chains.count, open >= 2 || draft.chains.isEmpty else {
      throw DesignationError.tooFewPlaces(
        jurisdiction: jurisdiction, chains: draft.chains.count, banks: open, places: places)
    }
  }

  private static func inputDigest(
    _ snapshot: DesignationSnapshot, _ jurisdiction: String, _ term: Term, _ seed: String,
    _ policy: Policy
  ) -> String {
    var text = CanonicalText()
    text.append("designation", [jurisdiction, term.text, seed])
    policy.append(to: &text, mechanism: .finance)
    snapshot.append(to: &text)
    return text.digest
  }
}

/// Why banks cannot be designated, or a designation cannot be changed.
public enum DesignationError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The banks together may not take as many chains as there are.
  case tooFewPlaces(jurisdiction: String, chains: Int, banks: Int, places: Int)
  /// Nobody has designated banks for the chain on that date.
  case notDesignated(chain: String, on: DateOnly)
  /// There is no such bank in the prefecture.
  case unknownBank(String)
  /// The two are one.
  case oneBank(String)
  /// The chain has these two banks already.
  case unchanged(chain: String)
  /// Somebody has changed the chain's banks since they were read.
  case changedMeanwhile(chain: String)
  /// A bank outside the new pair has decided on a loan of the period: it would be a third bank.
  case thirdBank(chain: String, request: String, bank: String, earliest: DateOnly)

  public var description: String {
    switch self {
    case .tooFewPlaces(let jurisdiction, let chains, let banks, let places):
      "the \(chains) chains of \(jurisdiction) need \(2 * chains) places at two banks each, but its "
        + "\(banks) banks offer \(places): raise banks.max_chains (主办链数上限) or import more banks"
    case .notDesignated(let chain, let date):
      "chain \(chain) has no two banks on \(date): run `yaosu designate-banks` for that year first"
    case .unknownBank(let bank):
      "there is no bank \(bank) in this prefecture: see registry.banks"
    case .oneBank(let bank):
      "lead and partner are both \(bank); a chain has two different banks"
    case .unchanged(let chain): "chain \(chain) has these two banks already"
    case .changedMeanwhile(let chain):
      "somebody has just changed the banks of chain \(chain); look again and repeat"
    case .thirdBank(let chain, let request, let bank, let earliest):
      "bank \(bank) has decided on request \(request) of chain \(chain), which was recommended to it "
        + "in that period; it would be a third bank: begin the change on \(earliest) or later"
    }
  }
}
