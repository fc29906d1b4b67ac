internal import Allocation
internal import NIOCore
internal import NIOHTTP1
internal import Postgres

extension Problem {
  /// Nobody has shown who calls, or with what does not count.
  static var noCaller: Problem { Problem(.unauthenticated).with("WWW-Authenticate", "Bearer") }

  /// From SQLSTATE to problem: the longest prefix counts. What is not here is our mistake.
  static let sqlStates: [(prefix: String, code: ProblemCode)] = [
    ("23505", .exists), ("23P01", .overlap), ("23", .invalidFields), ("22", .invalidFields),
    ("42501", .forbidden), ("55000", .wrongState),
    ("40001", .unavailable), ("40P01", .unavailable), ("55P03", .unavailable),
    ("53", .unavailable), ("57P", .unavailable), ("08", .unavailable), ("57014", .timeout),
  ]

  /// Constraints that keep a capacity from being over-committed.
  static let capacities: Set<String> = [
    "lot_balance", "client_limit", "chain_bank_limit", "rotation_headcount", "rotation_seat",
  ]

  /// What a call fails with when `error` ends it.
  static func of(_ error: any Error) -> Problem {
    switch error {
    case let problem as Problem: problem
    case let faults as RowFaults: of(faults)
    case let refusal as any DeskRefusal: of(refusal)
    case let fault as FieldFault: of(fault)
    case PolicyError.noneInForce(let day):
      Problem(.tooEarly, "\(day) 尚无有效的政策", "no policy was in force on \(day)")
    case let refusal as ActRefusal: of(refusal)
    case let faults as PolicyDraft.Faults: of(faults)
    case RoundError.notFound(let what): Problem(.notFound) { _ in what }
    case let error as PostgresError: of(error)
    case is CancellationError: Problem(.timeout)
    // The body broke off, or went on as no HTTP.
    case is HTTPParserError, is ChannelError, is IOError: Problem(.badRequest)
    default: Problem(.internalError)
    }
  }

  private static func of(_ faults: RowFaults) -> Problem {
    var problem = Problem(.invalidFields)
    problem.errors = faults.faults.map { fault in
      let item = fault.item.map { "/\($0)" } ?? ""
      return Flaw(
        pointer: fault.column.map { "/" + escaped($0) + item } ?? "", code: fault.code,
        message: { fault.message($0) }, remedy: { fault.remedy($0) })
    }
    return problem
  }

  /// A fault of a text that came as a body: `changes[3].parcel` is `/changes/3/parcel`. The outermost
  /// name is left out where it stands for the body itself: `file`, or `decisions[0]` for one decision.
  private static func of(_ fault: FieldFault) -> Problem {
    let names = fault.path.replacing("[", with: ".").replacing("]", with: "")
      .split(separator: ".").map(String.init)
    let outer = names.starts(with: ["decisions", "0"]) ? 2 : names.first == "file" ? 1 : 0
    var problem = Problem(.invalidFields)
    problem.errors = [
      Flaw(
        pointer: names.dropFirst(outer).map { "/" + escaped($0) }.joined(), code: "wrong_form",
        message: { fault.problem.text(in: $0) }, remedy: { fault.remedy.text(in: $0) })
    ]
    return problem
  }

  private static func escaped(_ name: String) -> String {
    name.replacing("~", with: "~0").replacing("/", with: "~1")
  }

  private static func of(_ refusal: any DeskRefusal) -> Problem {
    let code: ProblemCode =
      switch refusal.ground {
      case .unknown: .notFound
      case .value: .invalidFields
      case .state: .wrongState
      case .party: .wrongParty
      case .deadline: .pastDeadline
      case .tooEarly: .tooEarly
      case .code: .wrongCode
      case .capacity: .noCapacity
      case .rule: .ruleNotMet
      case .stepwise: .stepwise
      case .exists: .exists
      case .overtaken: .changedMeanwhile
      }
    var problem = Problem(code) { refusal.text($0) }
    if case .value(let value) = refusal.ground {
      problem.errors = [
        Flaw(
          pointer: "/" + value.rawValue, code: "refused", message: { refusal.text($0) },
          remedy: { code.remedy($0) })
      ]
    }
    return problem
  }

  private static func of(_ error: PostgresError) -> Problem {
    if error.isUnavailable || error.kind == .closed {
      return Problem(.unavailable)
    }
    guard error.kind == .server, let state = error.sqlState else { return Problem(.internalError) }
    if let constraint = error.constraint, capacities.contains(constraint) {
      return Problem(.noCapacity) { _ in constraint }
    }
    if error.constraint == "offered_enterprise" {
      return Problem(
        .wrongState, "诉求有未了结的拟配置，其企业不得更改；请先谢绝、撤回或释放",
        "the request has an offer that is open or accepted, so its enterprise stays: have the offer "
          + "declined, withdrawn or released first")
    }
    let code =
      sqlStates.filter { state.hasPrefix($0.prefix) }
      .max { $0.prefix.count < $1.prefix.count }?.code ?? .internalError
    switch code {
    case .invalidFields, .exists, .overlap:
      // A constraint's name says what is wrong and holds nobody's data.
      return Problem(code) { _ in error.constraint ?? state }
    default: return Problem(code)
    }
  }
}
