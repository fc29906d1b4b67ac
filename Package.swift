// swift-tools-version: 6.2
import PackageDescription

// `YAOSU_STRICT=1` turns every warning of our own targets into an error (continuous integration).
// `YAOSU_CORE=1` leaves only the database client, so that ThreadSanitizer rebuilds in seconds what
// it is meant to watch. `YAOSU_SANITIZE=1` leaves the engine as it is written: the compiler of Swift
// 6.3.1 crashes when it instruments what it has optimised.
let strict = Context.environment["YAOSU_STRICT"] != nil
let core = Context.environment["YAOSU_CORE"] != nil
let sanitized = Context.environment["YAOSU_SANITIZE"] != nil

let settings: [SwiftSetting] =
  [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
  ] + (strict ? [.treatAllWarnings(as: .error)] : [])

// The engine is optimised in debug builds too, with its assertions and invariants still checked:
// unoptimised, a night of the sample city takes the tests minutes instead of seconds.
let optimised: [SwiftSetting] =
  sanitized ? [] : [.unsafeFlags(["-O", "-assert-config", "Debug"], .when(configuration: .debug))]

// An async function of the client runs where its caller runs: a statement costs no change of executor.
let clientSettings = settings + [.enableUpcomingFeature("NonisolatedNonsendingByDefault")]

let log = Target.Dependency.product(name: "Logging", package: "swift-log")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let cryptoExtras = Target.Dependency.product(name: "CryptoExtras", package: "swift-crypto")
let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let hummingbird = ["Hummingbird", "HummingbirdTLS"].map {
  Target.Dependency.product(name: $0, package: "hummingbird")
}
let tls = Target.Dependency.product(name: "NIOSSL", package: "swift-nio-ssl")
let lifecycle = ["ServiceLifecycle", "UnixSignals"].map {
  Target.Dependency.product(name: $0, package: "swift-service-lifecycle")
}

let package = Package(
  name: "yaosu",
  dependencies: [.package(url: "https://github.com/apple/swift-log", from: "1.16.2")],
  targets: [
    .systemLibrary(name: "CLibPQ", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
    .target(name: "Postgres", dependencies: ["CLibPQ", log], swiftSettings: clientSettings),
    .target(
      name: "TestSupport", dependencies: ["Postgres", log], path: "Tests/TestSupport",
      swiftSettings: settings),
    .testTarget(
      name: "PostgresTests", dependencies: ["Postgres", "TestSupport", log],
      swiftSettings: settings),
  ]
)

if !core {
  package.products = [.executable(name: "yaosu", targets: ["yaosu"])]
  package.dependencies += [
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
    .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.2"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
  ]
  package.targets += [
    .target(name: "Matching", swiftSettings: settings + optimised),
    .target(
      name: "MatchingSupport", dependencies: ["Matching"], path: "Tests/MatchingSupport",
      swiftSettings: settings + optimised),
    .testTarget(
      name: "MatchingTests", dependencies: ["Matching", "MatchingSupport"],
      exclude: ["Instances"], swiftSettings: settings),
    .executableTarget(
      name: "EngineCheck", dependencies: ["Matching", "MatchingSupport"],
      path: "Tests/EngineCheck", swiftSettings: settings),

    .target(
      name: "Embedded", path: "sql", exclude: ["migrations", "report", "tests"],
      swiftSettings: settings, plugins: ["EmbedFiles"]),
    .executableTarget(name: "embedfiles", path: "Plugins/embedfiles", swiftSettings: settings),
    .plugin(name: "EmbedFiles", capability: .buildTool(), dependencies: ["embedfiles"]),

    .target(
      name: "Allocation", dependencies: ["Postgres", "Matching", "Embedded", crypto, log],
      swiftSettings: settings),
    .testTarget(
      name: "AllocationTests",
      dependencies: ["Allocation", "Embedded", "Matching", "Postgres", "TestSupport"],
      swiftSettings: settings),

    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .target(
      name: "DepartmentAPI",
      dependencies: ["Allocation", "CZlib", "Postgres", crypto, cryptoExtras, log, tls]
        + hummingbird + lifecycle,
      exclude: ["openapi.yaml"], swiftSettings: settings),
    .testTarget(
      name: "DepartmentAPITests",
      dependencies: [
        "Allocation", "DepartmentAPI", "Embedded", "Postgres", "TestSupport", crypto, cryptoExtras,
        log,
      ] + lifecycle,
      swiftSettings: settings),
    .executableTarget(
      name: "yaosu",
      dependencies: [
        "DepartmentAPI", "Allocation", "Postgres", "Matching", arguments, log,
      ] + lifecycle,
      swiftSettings: settings),
    .executableTarget(
      name: "BenchmarkClient", dependencies: ["Postgres", log], path: "Benchmarks/Client",
      swiftSettings: settings),
    .executableTarget(
      name: "BenchmarkImport", dependencies: ["Allocation", "Postgres"], path: "Benchmarks/Import",
      swiftSettings: settings),
    .executableTarget(
      name: "BenchmarkEngine", dependencies: ["Matching"], path: "Benchmarks/Engine",
      exclude: ["peers"], swiftSettings: settings),
    .executableTarget(
      name: "BenchmarkNight", dependencies: ["Allocation", "Postgres"], path: "Benchmarks/Night",
      swiftSettings: settings),
    .testTarget(
      name: "SystemTests", dependencies: ["yaosu", "Postgres", "TestSupport"],
      swiftSettings: settings),
  ]
}
