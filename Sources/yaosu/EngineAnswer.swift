import Foundation
import Matching

/// What the engine says of an instance of any form.
struct EngineAnswer {
  let status: Solution.Status
  let objective: Int64
  /// What anyone recomputes from ``prices``.
  let bound: Int64
  let algorithm: String
  let assigned: Int
  /// One line a request (a resident; a group, then a member).
  let choices: [UInt8]
  /// `nil` where there are no prices: a stable matching is proved by having no blocking pair.
  let prices: [UInt8]?

  init(_ instance: Instance, options: SolveOptions) throws {
    switch instance {
    case .allocation(let problem): self.init(try Engine.solve(problem, options: options))
    case .stable(let problem):
      self.init(Engine.solve(problem, options: StableOptions(matchesMore: true)))
    case .designation(let problem): self.init(try Engine.solve(problem, options: options))
    }
  }

  private init(_ solution: Solution) {
    status = solution.status
    objective = solution.objective
    bound = solution.bound
    algorithm = solution.algorithm
    assigned = solution.assigned
    choices = solution.choiceBytes
    prices = solution.priceBytes
  }

  private init(_ solution: StableSolution) {
    status = solution.status
    objective = Int64(solution.assigned)
    bound = Int64(solution.assigned)
    algorithm = solution.algorithm
    assigned = solution.assigned
    choices = Array(solution.choices.map { "\($0)\n" }.joined().utf8)
    prices = nil
  }

  private init(_ solution: DesignationSolution) {
    status = solution.status
    objective = solution.objective
    bound = solution.bound
    algorithm = solution.algorithm
    assigned = solution.served
    choices = solution.choiceBytes
    prices = solution.priceBytes
  }
}

/// Reads instance files.
enum InstanceFile {
  /// - Throws: ``SolveFailure`` that names the file, and line and column where it is malformed.
  static func read(_ file: String) throws -> Instance {
    let data: Data
    do {
      data = try Data(contentsOf: URL(filePath: file))
    } catch {
      throw SolveFailure.unreadable(file: file, what: error.localizedDescription)
    }
    do {
      return try Instance(parsing: [UInt8](data))
    } catch {
      throw SolveFailure.malformed(file: file, error)
    }
  }
}

/// Why an instance file gives no answer.
enum SolveFailure: Error, CustomStringConvertible {
  case unreadable(file: String, what: String)
  case unwritable(file: String, what: String)
  case malformed(file: String, InstanceError)
  case noPrices(file: String)

  var description: String {
    switch self {
    case .unreadable(let file, let what): "\(file): \(what)"
    case .unwritable(let file, let what): "\(file): cannot be written: \(what)"
    case .malformed(let file, let error): "\(file): \(error)"
    case .noPrices(let file): "\(file): a stable matching has no prices; leave out --prices"
    }
  }
}
