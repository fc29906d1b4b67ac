import Foundation
import PackagePlugin

/// Turns the SQL and the data that every installation needs into Swift source, so that the binary
/// works when it is moved alone to another machine (docs/decisions/0003).
@main struct EmbedFiles: BuildToolPlugin {
  func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
    let root = context.package.directoryURL
    let output = context.pluginWorkDirectoryURL.appending(path: "EmbeddedFiles+Generated.swift")
    let files =
      try Self.files(below: root, "sql/migrations") + Self.files(below: root, "sql/report")
      + Self.files(below: root, "data")
    return [
      .buildCommand(
        displayName: "Embedding SQL and data",
        executable: try context.tool(named: "embedfiles").url,
        arguments: [output.path, root.path] + files,
        inputFiles: files.map { root.appending(path: $0) },
        outputFiles: [output])
    ]
  }

  /// Paths relative to the package, sorted.
  private static func files(below root: URL, _ folder: String) throws -> [String] {
    let url = root.appending(path: folder)
    guard FileManager.default.fileExists(atPath: url.path) else { return [] }
    var found: [String] = []
    for name in try FileManager.default.contentsOfDirectory(atPath: url.path) {
      let path = "\(folder)/\(name)"
      if ["data/reference", "data/xuancheng"].contains(path) {
        found += try files(below: root, path)
      }
      if [".sql", ".csv", ".json"].contains(where: name.hasSuffix) { found.append(path) }
    }
    return found.sorted()
  }
}
