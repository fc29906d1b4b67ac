/// Why a benchmark stops.
enum BenchmarkError: Error, CustomStringConvertible {
  case file(String)
  case usage(String)
  case child(String)
  case wrong(String)

  var description: String {
    switch self {
    case .file(let path): "cannot read or write \(path)"
    case .usage(let what): "\(what)\n\(usageText)"
    case .child(let command): "failed: \(command)"
    case .wrong(let what): "wrong answer: \(what)"
    }
  }
}
