import Allocation
import Foundation
import Postgres

// How long a land what-if takes on the sample city, and on a city ten times its size: the same
// requests, parcels and quotas again and again under codes of their own.
//
// Usage: BenchmarkNight [times the sample city's size]

let times = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 10
let folder = FileManager.default.temporaryDirectory.appending(path: "yaosu-bench-\(UUID())").path
let (snapshot, policy) = try await SampleInput.read(folder: folder)
try? FileManager.default.removeItem(atPath: folder)
let scope = RoundScope(
  mechanism: .land, jurisdiction: "341800", businessDate: SampleCity.businessDate)
for factor in [1, times] {
  try Measurement(snapshot.grown(by: factor), scope: scope, policy: policy).run()
}
