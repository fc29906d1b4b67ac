import Foundation
import Matching

/// Reads damaged instance files, one a seed. Whatever the bytes, the reader gives an instance or an
/// error that names a place in the file; what can be read can be solved and written again.
///
/// A trap ends the process, and so does a case of more than ten seconds of processor time: the file
/// that the check names at its start then holds the offending bytes.
struct ReaderFuzz {
  private let corpus: [[UInt8]]
  private let record: FileRecord
  private var read = 0
  private var refused = 0

  /// - Parameters:
  ///   - files: instances to damage, beside the built-in ones; those above 20 kB are too slow.
  ///   - path: where the case at hand is kept.
  init(files: [String], path: String) throws {
    let found = try files.map { [UInt8](try Data(contentsOf: URL(fileURLWithPath: $0))) }
    corpus = ReaderFuzz.builtIn + found.filter { $0.count <= 20_000 }
    record = try FileRecord(path)
  }

  private static let builtIn = [
    "alloc\n2 2\n0 1 0\n1 5 3\n2 7 1 0 1 4 2 0 2 1 3\n1 8 0\n",
    "alloc\n3 2\n0 4 0\n0 4 0\n2 9 1 0 3 8 1 1 2\n1 7 2 0 2 1 2\n2 6 1 0 2 6 1 1 3\n",
    "stable\n3 2\n1 2\n2 0 1 1 2\n2 1 1 0 1\n1 0 4\n3 0 1 1 2 2 2\n2 1 1 0 1\n",
    "designation 2 3 4 2\n5 6 7\n3 2 1\n1 2 3\n0 2 5 4 0\n0 3 6 0 2\n1 2 1 7 3\n1 4 0 2 9\n",
  ].map { Array($0.utf8) }

  /// Tries the seeds in their order, as far as the time reaches.
  ///
  /// - Throws: the first failure, with its seed.
  mutating func run(seconds: Double, seeds: Range<Int>) throws {
    let end = ContinuousClock.now.advanced(by: .seconds(seconds))
    for seed in seeds {
      guard ContinuousClock.now < end else { break }
      do {
        try check(seed)
      } catch {
        throw CheckFailure(what: "seed \(seed): \(error)\nthe bytes are in \(record.path)")
      }
    }
    CaseTimer.stop()
    // Were all cases of one kind, the others would not have been tried.
    try require(read > 0 && refused > 0, "\(read) cases read, \(refused) refused")
    print("\(read + refused) damaged files: \(read) still instances, \(refused) refused")
  }

  private mutating func check(_ seed: Int) throws {
    let (first, second) = (seed % corpus.count, seed / corpus.count % corpus.count)
    let bytes = Mutation(of: corpus[first], other: corpus[second], seed: seed).bytes
    try record.keep(bytes)
    CaseTimer.start(seconds: 10)
    do {
      try checkAnswer(try Instance(parsing: bytes))
      read += 1
    } catch let error as InstanceError {
      try checkPlace(error, bytes)
      refused += 1
    }
  }

  private func checkPlace(_ error: InstanceError, _ bytes: [UInt8]) throws {
    try require(!error.fault.isEmpty && !error.remedy.isEmpty, "an error without words")
    let position = error.position
    let lines = bytes.split(separator: 10, omittingEmptySubsequences: false)
    try require(lines.indices.contains(position.line - 1), "no line \(position.line)")
    let line = lines[position.line - 1]
    try require((1...line.count + 1).contains(position.column), "no column \(position.column)")
    let rest = line.dropFirst(position.column - 1)
    let word = String(decoding: rest.prefix(error.value.utf8.count), as: UTF8.self)
    let isText = String(validating: rest, as: UTF8.self) != nil
    try require(!isText || word == error.value, "\(error) is not what stands there")
  }

  private func checkAnswer(_ instance: Instance) throws {
    let options = SolveOptions(workLimit: 20_000)
    switch instance {
    case .allocation(let problem):
      let solution = try Engine.solve(problem, options: options)
      try require(problem.objective(of: solution.choices) == solution.objective, "objective")
      try require(solution.bound >= solution.objective, "bound")
      let written = problem.instanceBytes
      guard case .allocation(let copy) = try Instance(parsing: written) else {
        throw CheckFailure(what: "another form after writing")
      }
      try require(copy.instanceBytes == written, "another problem after writing")
    case .stable(let problem):
      for options in StableCheck.options { _ = try StableCheck.checkedAnswer(problem, options) }
    case .designation(let problem):
      do {
        let solution = try Engine.solve(problem, options: options)
        try require(solution.bound >= solution.objective, "bound")
      } catch is DesignationProblemError {
        return
      }
    }
  }
}

/// Ends the process that spends too long on one case. It counts processor time, so that a busy machine
/// fails nothing.
private enum CaseTimer {
  static func start(seconds: Int) {
    var timer = itimerval()
    timer.it_value.tv_sec = seconds
    setitimer(__itimer_which_t(ITIMER_VIRTUAL.rawValue), &timer, nil)
  }

  static func stop() { start(seconds: 0) }
}

/// A file that always holds the last bytes given, whatever becomes of the process.
private struct FileRecord {
  let path: String
  private let descriptor: Int32

  init(_ path: String) throws {
    self.path = path
    descriptor = open(path, O_RDWR | O_CREAT | O_TRUNC, 0o644)
    guard descriptor >= 0 else { throw CheckFailure(what: "cannot write \(path)") }
  }

  func keep(_ bytes: [UInt8]) throws {
    let isKept =
      ftruncate(descriptor, 0) == 0
      && pwrite(descriptor, bytes, bytes.count, 0) == bytes.count
    try require(isKept, "cannot write \(path)")
  }
}
