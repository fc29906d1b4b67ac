import Foundation

// embedfiles OUTPUT ROOT PATH… — writes one Swift file that holds the text of each PATH below ROOT.

/// A raw string literal whose fence of `#` is longer than any run that the text could close it with.
func literal(_ text: String) -> String {
  var fence = "#"
  while text.contains("\"\"\"" + fence) || text.contains("\\" + fence) { fence += "#" }
  return "\(fence)\"\"\"\n\(text)\n\"\"\"\(fence)"
}

func table(_ name: String, _ entries: [(name: String, text: String)]) -> String {
  let rows = entries.map { "    (\"\($0.name)\", \(literal($0.text)))," }
  return "  public static let \(name): [(name: String, text: String)] = [\n"
    + rows.joined(separator: "\n") + "\n  ]\n"
}

let arguments = Array(CommandLine.arguments.dropFirst())
guard arguments.count >= 2 else {
  FileHandle.standardError.write(Data("usage: embedfiles OUTPUT ROOT PATH…\n".utf8))
  exit(2)
}
let root = URL(filePath: arguments[1])
var groups: [String: [(name: String, text: String)]] = [:]
for path in arguments.dropFirst(2) {
  let folders = ["sql/migrations/", "sql/report/", "data/xuancheng/", "data/"]
  guard let group = folders.first(where: path.hasPrefix) else { continue }
  let text = try String(contentsOf: root.appending(path: path), encoding: .utf8)
  groups[group, default: []].append((String(path.dropFirst(group.count)), text))
}
let source =
  "extension EmbeddedFiles {\n"
  + table("migrations", groups["sql/migrations/"] ?? [])
  + table("reports", groups["sql/report/"] ?? [])
  + table("data", groups["data/"] ?? [])
  + table("sampleCity", groups["data/xuancheng/"] ?? [])
  + "}\n"
try source.write(toFile: arguments[0], atomically: true, encoding: .utf8)
