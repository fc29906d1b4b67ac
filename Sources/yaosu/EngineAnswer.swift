import Glibc
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
  /// - Parameter file: also what is no regular file: `/dev/stdin`, a pipe.
  /// - Throws: ``SolveFailure`` that names the file, and line and column where it is malformed.
  static func read(_ file: String) throws -> Instance {
    let source = try FileSource(file)
    let instance = Result { () throws(InstanceError) in
      try Instance(size: source.size) { source.read(into: $0) }
    }
    // What follows from bytes that could not be read says nothing about the file.
    if let failure = source.failure { throw failure }
    do {
      return try instance.get()
    } catch {
      throw SolveFailure.malformed(file: file, error)
    }
  }
}

/// A file, read a piece at a time.
private final class FileSource {
  private let file: String
  private let descriptor: Int32
  /// Why the file could not be read to its end.
  private(set) var failure: SolveFailure?

  /// - Throws: ``SolveFailure/unreadable(file:what:)``.
  init(_ file: String) throws {
    self.file = file
    descriptor = open(file, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw Self.failure(file) }
  }

  deinit {
    close(descriptor)
  }

  /// Bytes; `nil` for what is no regular file.
  var size: Int? {
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    return status.st_size
  }

  func read(into buffer: UnsafeMutableBufferPointer<UInt8>) -> Int {
    while true {
      let count = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
      if count >= 0 { return count }
      guard errno == EINTR else { break }
    }
    failure = Self.failure(file)
    return 0
  }

  private static func failure(_ file: String) -> SolveFailure {
    .unreadable(file: file, what: String(cString: strerror(errno)))
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
