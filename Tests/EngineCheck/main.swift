import Foundation

let usageText = """
  usage: EngineCheck random [SEEDS]   random small problems of every structure against brute force
         EngineCheck extremes         problems at the edge of what is sensible, and their time
         EngineCheck digest [SEEDS]   one number that says what the engine answers: equal in every build
  """

func run(_ arguments: [String]) throws {
  let seeds = arguments.dropFirst().first.flatMap { Int($0) }
  switch arguments.first {
  case "random": try RandomCheck.run(seeds: seeds ?? 10_000)
  case "extremes": try Extremes.run()
  case "digest": print(try AnswerDigest.ofEverything(seeds: seeds ?? 200))
  default: throw CheckFailure(what: usageText)
  }
}

do {
  try run(Array(CommandLine.arguments.dropFirst()))
} catch {
  FileHandle.standardError.write(Data("\(error)\n".utf8))
  exit(1)
}
