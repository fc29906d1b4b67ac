import Glibc
import Matching

/// What one process took to solve one instance; one line of text between processes.
struct Measurement {
  var objective: Int
  var wall: Double
  var processor: Double
  var peakMiB: Double

  var line: String { "\(objective) \(wall) \(processor) \(peakMiB)" }

  init(objective: Int, wall: Double, processor: Double, peakMiB: Double) {
    self.objective = objective
    self.wall = wall
    self.processor = processor
    self.peakMiB = peakMiB
  }

  init?(line: String) {
    let parts = line.split(whereSeparator: \.isWhitespace)
    guard parts.count == 4, let objective = Int(parts[0]), let wall = Double(parts[1]),
      let processor = Double(parts[2]), let peak = Double(parts[3])
    else { return nil }
    self.init(objective: objective, wall: wall, processor: processor, peakMiB: peak)
  }

  /// Solves a file with the kernel and checks the proof. Time is the solve's alone; memory is the
  /// whole process's, reading included.
  static func solving(_ path: String) throws -> (Measurement, AssignmentSolution.Work) {
    let problem = try AssignmentRows(path: path).problem()
    let wall = seconds(CLOCK_MONOTONIC)
    let processor = seconds(CLOCK_PROCESS_CPUTIME_ID)
    let solution = AssignmentSolver.solve(problem)
    let measurement = Measurement(
      objective: Int(solution.objective), wall: seconds(CLOCK_MONOTONIC) - wall,
      processor: seconds(CLOCK_PROCESS_CPUTIME_ID) - processor, peakMiB: peak())
    let certificate = AssignmentCertificate(problem, solution)
    guard certificate.gap == 0, certificate.faults.isEmpty else {
      throw BenchmarkError.child("the certificate of \(path): \(certificate)")
    }
    return (measurement, solution.work)
  }

  private static func seconds(_ clock: clockid_t) -> Double {
    var time = timespec()
    clock_gettime(clock, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }

  /// The process's peak from /proc, since rusage also counts the process it was forked from.
  private static func peak() -> Double {
    guard let file = fopen("/proc/self/status", "r") else { return 0 }
    defer { fclose(file) }
    var line = [CChar](repeating: 0, count: 256)
    while fgets(&line, Int32(line.count), file) != nil {
      let words = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        .split(whereSeparator: \.isWhitespace)
      if words.first == "VmHWM:", words.count > 1 { return (Double(words[1]) ?? 0) / 1024 }
    }
    return 0
  }
}
