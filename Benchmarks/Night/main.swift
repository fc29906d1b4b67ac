import Allocation
import Foundation
import Postgres

// How long a land what-if takes on the sample city, and on cities ten times its size: the same
// requests and parcels again and again, once among counties of their own, once all in the same
// counties with ten times the quotas. Exits with status 1 if a what-if takes longer than a meeting
// waits: a second on the sample city, five on the larger ones.
//
// Usage: BenchmarkNight [times the sample city's size]

let times = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 10
let folder = FileManager.default.temporaryDirectory.appending(path: "yaosu-bench-\(UUID())").path
let (snapshot, policy) = try await SampleInput.read(folder: folder)
try? FileManager.default.removeItem(atPath: folder)
let scope = RoundScope(
  mechanism: .land, jurisdiction: "341800", businessDate: SampleCity.businessDate)
let measurements = [
  Measurement("sample city", snapshot, scope: scope, policy: policy, bar: 1),
  Measurement(
    "\(times) times, own counties", snapshot.grown(by: times, sharesCounties: false),
    scope: scope, policy: policy, bar: 5),
  Measurement(
    "\(times) times, same counties", snapshot.grown(by: times, sharesCounties: true),
    scope: scope, policy: policy, bar: 5),
]
let isMet = try measurements.map { try $0.run() }.allSatisfy { $0 }
print(isMet ? "every bar is met" : "a bar is missed")
exit(isMet ? 0 : 1)
