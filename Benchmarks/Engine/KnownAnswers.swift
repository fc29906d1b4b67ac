import FoundationEssentials
import Glibc
import Matching

/// Solves every instance of a folder whose `index.csv` (file,source,kind,objective,…) says what is
/// known: an optimum, the best known answer, or that no pair may block.
enum KnownAnswers {
  /// - Parameter limit: seconds a solve.
  /// - Returns: the files whose known answer was missed.
  static func check(_ folder: String, limit: Double) throws -> [String] {
    let index = try String(contentsOfFile: folder + "/index.csv", encoding: .utf8)
    var missed: [String] = []
    for line in index.split(whereSeparator: \.isNewline).dropFirst() {
      let fields = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      guard fields.count >= 4 else { throw BenchmarkError.wrong("line of index.csv: \(line)") }
      let result = try EngineRun.measure(folder + "/" + fields[0], limit: limit)
      let known = Int(fields[3])
      let isMet = known.map { result.objective >= $0 } ?? true
      let verdict = isMet ? "met" : "\((known ?? 0) - result.objective) short"
      print(
        fields[0], fields[2], known.map(String.init) ?? "-", result.objective, result.bound,
        "\(column(result.wall, digits: 3)) s", verdict)
      fflush(nil)
      if !isMet { missed.append("\(fields[0]) (\(fields[2]))") }
    }
    return missed
  }
}
