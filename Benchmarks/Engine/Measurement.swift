import Glibc

/// What one process took to solve one instance; one line of text between processes.
struct Measurement {
  /// Points, or matched residents.
  var objective: Int
  /// What the solver says cannot be surpassed.
  var bound: Int
  /// Seconds of the solve alone, without reading.
  var wall: Double
  var processor: Double
  /// The most memory that the process held.
  var peakMiB: Double

  var line: String { "\(objective) \(bound) \(wall) \(processor) \(peakMiB)" }

  /// What may be missing, as a share of the objective.
  var gap: Double { Double(bound - objective) / Double(max(1, abs(objective))) }

  init(line: String) throws {
    let parts = line.split(whereSeparator: \.isWhitespace)
    guard parts.count == 5, let objective = Int(parts[0]), let bound = Int(parts[1]),
      let wall = Double(parts[2]), let processor = Double(parts[3]), let peak = Double(parts[4])
    else { throw BenchmarkError.wrong("not a measurement: \(line)") }
    self.objective = objective
    self.bound = bound
    self.wall = wall
    self.processor = processor
    peakMiB = peak
  }

  /// Times a solve in this process.
  init(_ solve: () throws -> (objective: Int, bound: Int)) rethrows {
    let (wall, processor) = (seconds(CLOCK_MONOTONIC), seconds(CLOCK_PROCESS_CPUTIME_ID))
    (objective, bound) = try solve()
    self.wall = seconds(CLOCK_MONOTONIC) - wall
    self.processor = seconds(CLOCK_PROCESS_CPUTIME_ID) - processor
    peakMiB = peakMemory()
  }
}

/// A clock's time in seconds.
func seconds(_ clock: clockid_t) -> Double {
  var time = timespec()
  clock_gettime(clock, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
}

/// The peak of this process in MiB, from /proc. (The peak of rusage also counts the process that
/// this one was forked from.)
private func peakMemory() -> Double {
  guard let file = fopen("/proc/self/status", "r") else { return 0 }
  defer { fclose(file) }
  var line = [CChar](repeating: 0, count: 256)
  while fgets(&line, Int32(line.count), file) != nil {
    let bytes = line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
    let words = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isWhitespace)
    if words.count > 1, words[0] == "VmHWM:" { return (Double(words[1]) ?? 0) / 1024 }
  }
  return 0
}
