import Foundation

let usageText = """
  usage: EngineCheck random [SEEDS]   random small problems of every structure against brute force
         EngineCheck extremes         problems at the edge of what is sensible, and their time
         EngineCheck digest [SEEDS]   one number that says what the engine answers: equal in every build
         EngineCheck readers SECONDS FIRST COUNT [FILE]...
                                      damaged instance files, one for each of COUNT seeds from
                                      FIRST on, as far as the seconds reach
  """

func run(_ arguments: [String]) throws {
  let seeds = arguments.dropFirst().first.flatMap { Int($0) }
  switch arguments.first {
  case "random": try RandomCheck.run(seeds: seeds ?? 10_000)
  case "extremes": try Extremes.run()
  case "digest": print(try AnswerDigest.ofEverything(seeds: seeds ?? 200))
  case "readers": try runReaders(Array(arguments.dropFirst()))
  default: throw CheckFailure(what: usageText)
  }
}

func runReaders(_ arguments: [String]) throws {
  guard arguments.count >= 3, let seconds = Double(arguments[0]), let first = Int(arguments[1]),
    let count = Int(arguments[2]), seconds > 0, (0...Int(Int32.max)).contains(first),
    (1...Int(Int32.max)).contains(count)
  else { throw CheckFailure(what: usageText) }
  let path = FileManager.default.temporaryDirectory
    .appendingPathComponent("yaosu-reader-case-\(getpid())").path
  print("the case at hand is in \(path)")
  fflush(nil)
  var fuzz = try ReaderFuzz(files: Array(arguments.dropFirst(3)), path: path)
  try fuzz.run(seconds: seconds, seeds: first..<(first + count))
  // Only who fails leaves something behind.
  try FileManager.default.removeItem(atPath: path)
}

do {
  try run(Array(CommandLine.arguments.dropFirst()))
} catch {
  FileHandle.standardError.write(Data("\(error)\n".utf8))
  exit(1)
}
