// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .treatAllWarnings(as: .error),
]

let package = Package(
  name: "pgautofailover",
  products: [
    .executable(name: "pg_autoctl", targets: ["pg_autoctl"])
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
    .package(url: "https://github.com/apple/swift-system", from: "1.8.0"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.0"),
    .package(url: "https://github.com/LebJe/TOMLKit", from: "0.6.0"),
  ],
  targets: [
    .systemLibrary(name: "CLibPQ", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
    // How the C library allocates.
    .systemLibrary(name: "CMalloc"),
    // The domain: pure, below everything else.
    .target(name: "Failover", swiftSettings: strict),
    // libpq for Swift.
    .target(name: "PostgresClient", dependencies: ["CLibPQ"], swiftSettings: strict),
    // The monitor's SQL API as typed calls.
    .target(
      name: "MonitorClient", dependencies: ["PostgresClient", "Failover"], swiftSettings: strict),
    // The files people edit, and where all files lie.
    .target(
      name: "Configuration",
      dependencies: [
        "Failover", .product(name: "TOMLKit", package: "TOMLKit"),
        .product(name: "SystemPackage", package: "swift-system"),
      ], swiftSettings: strict),
    // What Linux offers to know of a process's end, and Swift cannot call.
    .target(name: "CPidFD"),
    // The local server as a thing one can ask and command.
    .target(
      name: "ServerControl",
      dependencies: [
        "CPidFD", "PostgresClient", "Failover",
        .product(name: "Logging", package: "swift-log"),
        .product(name: "Subprocess", package: "swift-subprocess"),
        .product(name: "SystemPackage", package: "swift-system"),
      ], swiftSettings: strict),
    // The loop beside each server: look, report, plan, perform, remember.
    .target(
      name: "Keeper",
      dependencies: [
        "MonitorClient", "ServerControl", "Configuration", "Failover",
        .product(name: "Logging", package: "swift-log"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
        .product(name: "SystemPackage", package: "swift-system"),
      ], swiftSettings: strict),
    // Creates and runs the monitor's server.
    .target(
      name: "MonitorHost",
      dependencies: [
        "ServerControl", "Configuration", "PostgresClient", "MonitorClient", "Failover",
        .product(name: "Logging", package: "swift-log"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
      ], swiftSettings: strict),
    // The commands: text in, text out.
    .target(
      name: "Autoctl",
      dependencies: [
        "CMalloc", "Keeper", "MonitorHost", "MonitorClient", "ServerControl", "Configuration",
        "Failover",
        "PostgresClient",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
        .product(name: "UnixSignals", package: "swift-service-lifecycle"),
        .product(name: "SystemPackage", package: "swift-system"),
      ], swiftSettings: strict),
    .executableTarget(name: "pg_autoctl", dependencies: ["Autoctl"], swiftSettings: strict),
    // Swift's concurrency on one thread, in order.
    .target(name: "CJobStage"),
    // Simulated servers, network and clock around the real keeper and the real monitor's SQL.
    .target(
      name: "Simulation",
      dependencies: [
        "CJobStage", "Keeper", "MonitorClient", "PostgresClient", "ServerControl", "Configuration",
        "Failover",
        .product(name: "Logging", package: "swift-log"),
      ], swiftSettings: strict),
    .executableTarget(
      name: "simulate",
      dependencies: [
        "Keeper", "Simulation", .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ], swiftSettings: strict),
    // Records of clients: lines of JSON, and the clock that they share.
    .target(name: "LineFile", swiftSettings: strict),
    // A client that writes all along, for the tests on real servers.
    .executableTarget(
      name: "writer", dependencies: ["LineFile", "PostgresClient"], swiftSettings: strict),
    // Fixtures that several test targets share.
    .target(
      name: "TestSupport",
      dependencies: [
        "LineFile", "PostgresClient", "Failover",
        .product(name: "Subprocess", package: "swift-subprocess"),
        .product(name: "SystemPackage", package: "swift-system"),
      ], swiftSettings: strict),
    // What faults cost clients, measured on virtual hosts.
    .executableTarget(
      name: "bench-faults", dependencies: ["TestSupport"], swiftSettings: strict),
    // What is no reason to fail over, on virtual hosts.
    .executableTarget(
      name: "bench-calm", dependencies: ["TestSupport"], swiftSettings: strict),
    // A keeper in a hurry, which shows within minutes what grows in a day.
    .executableTarget(name: "hasty-keeper", dependencies: ["Autoctl"], swiftSettings: strict),
    // A monitor that serves many, reported to by keepers without servers.
    .executableTarget(
      name: "bench-scale",
      dependencies: ["MonitorClient", "PostgresClient", "Failover", "TestSupport"],
      swiftSettings: strict),
    // What clients of the fault laboratory did and learned, and whether that keeps the promises.
    .target(name: "ChaosHistory", swiftSettings: strict),
    .executableTarget(
      name: "chaos-client", dependencies: ["ChaosHistory", "LineFile", "PostgresClient"],
      swiftSettings: strict),
    // The fault laboratory.
    .executableTarget(
      name: "chaos", dependencies: ["ChaosHistory", "LineFile", "Simulation", "TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "ChaosHistoryTests", dependencies: ["ChaosHistory", "LineFile"], swiftSettings: strict),
    .testTarget(name: "FailoverTests", dependencies: ["Failover"], swiftSettings: strict),
    .testTarget(
      name: "PostgresClientTests", dependencies: ["PostgresClient", "TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "MonitorClientTests",
      dependencies: ["MonitorClient", "PostgresClient", "Failover", "TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "ConfigurationTests", dependencies: ["Configuration", "Failover"],
      swiftSettings: strict),
    .testTarget(
      name: "ServerControlTests",
      dependencies: ["ServerControl", "PostgresClient", "Failover", "TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "KeeperTests",
      dependencies: [
        "Keeper", "MonitorClient", "ServerControl", "Configuration", "Failover",
        .product(name: "Logging", package: "swift-log"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
      ], swiftSettings: strict),
    .testTarget(
      name: "AutoctlTests",
      dependencies: [
        "Autoctl", "Configuration", "Keeper", "MonitorClient", "Failover", "TestSupport",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ], swiftSettings: strict),
    .testTarget(
      name: "SimulationTests", dependencies: ["Keeper", "Simulation"], swiftSettings: strict),
    .testTarget(
      name: "EndToEndTests", dependencies: ["TestSupport", "PostgresClient", "Failover"],
      swiftSettings: strict),
  ],
  swiftLanguageModes: [.v6],
  cxxLanguageStandard: .cxx17
)

// The parsers of what comes from outside, fed by libFuzzer, which brings its own main: make fuzz.
if Context.environment["FUZZ"] != nil {
  package.targets.append(
    .executableTarget(
      name: "fuzz",
      dependencies: [
        "Keeper", "MonitorClient", "ServerControl", "Configuration", "Failover", "PostgresClient",
      ], path: "Tests/fuzz", exclude: ["seeds"],
      swiftSettings: strict + [.unsafeFlags(["-parse-as-library"])]))
}
