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
  /// process's peak after reading, less what it took before.
  static func solving(
    _ path: String, _ options: AssignmentOptions
  ) throws -> (Measurement, AssignmentSolution.Work) {
    let before = memory("VmRSS:")
    let problem = try AssignmentRows(path: path).problem()
    resetPeak()
    let wall = seconds(CLOCK_MONOTONIC)
    let processor = seconds(CLOCK_PROCESS_CPUTIME_ID)
    let solution = AssignmentSolver.solve(problem, options)
    let measurement = Measurement(
      objective: Int(solution.objective), wall: seconds(CLOCK_MONOTONIC) - wall,
      processor: seconds(CLOCK_PROCESS_CPUTIME_ID) - processor, peakMiB: memory("VmHWM:") - before)
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

  /// A figure of this process in MiB from /proc: VmRSS now, VmHWM at its peak. (The peak of rusage
  /// also counts the process that this one was forked from.)
  private static func memory(_ field: String) -> Double {
    guard let file = fopen("/proc/self/status", "r") else { return 0 }
    defer { fclose(file) }
    var line = [CChar](repeating: 0, count: 256)
    while fgets(&line, Int32(line.count), file) != nil {
      let bytes = line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
      let text = String(decoding: bytes, as: UTF8.self)
      let words = text.split(whereSeparator: \.isWhitespace)
      if words.first == field[...], words.count > 1 { return (Double(words[1]) ?? 0) / 1024 }
    }
    return 0
  }

  /// Makes the peak begin anew.
  private static func resetPeak() {
    guard let file = fopen("/proc/self/clear_refs", "w") else { return }
    fputs("5", file)
    fclose(file)
  }
}
