// swift-tools-version: 6.2
import PackageDescription

/// The processor for which C and Swift are compiled: `native`, or what `MMBERT_MARCH` names
/// (such as `x86-64-v4` for binaries that move between machines).
let processor = Context.environment["MMBERT_MARCH"] ?? "native"

let swiftSettings: [SwiftSetting] = [.unsafeFlags(["-Xcc", "-march=\(processor)"])]
let memorySafety: [SwiftSetting] = [
    .strictMemorySafety(), .treatWarning("StrictMemorySafety", as: .error),
]

/// A module whose unsafe code, if any, is a compile error.
func room(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: swiftSettings + memorySafety)
}

/// A module that owns memory or C handles.
func unsafeRoom(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: swiftSettings)
}

/// A module map for a system library.
func system(_ name: String, pkgConfig: String, package: String) -> Target {
    .systemLibrary(name: name, pkgConfig: pkgConfig, providers: [.apt([package])])
}

func program(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .executableTarget(
        name: name, dependencies: dependencies + [arguments],
        swiftSettings: swiftSettings + memorySafety)
}

func tests(_ module: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .testTarget(
        name: "\(module)Tests",
        dependencies: [.init(stringLiteral: module), "TestSupport"] + dependencies,
        swiftSettings: swiftSettings)
}

let arguments: Target.Dependency = .product(
    name: "ArgumentParser", package: "swift-argument-parser")
let heap: Target.Dependency = .product(name: "HeapModule", package: "swift-collections")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let yams: Target.Dependency = .product(name: "Yams", package: "Yams")

/// Modules that other packages may use.
let libraries = [
    "Checkpoints", "Diagnostics", "Encoders", "Formats", "Inference", "Preparation", "Pretraining",
    "Recipes", "Streaming", "TensorCore", "Tokenization",
]

let package = Package(
    name: "mmbert",
    products: libraries.map { .library(name: $0, targets: [$0]) },
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ],
    targets: [
        // Ground: system libraries, arithmetic, and what both columns share.
        system("COpenBLAS", pkgConfig: "openblas", package: "libopenblas-dev"),
        system("CZstd", pkgConfig: "libzstd", package: "libzstd-dev"),
        system("CXXHash", pkgConfig: "libxxhash", package: "libxxhash-dev"),
        system("COpenSSL", pkgConfig: "libcrypto", package: "libssl-dev"),
        system("CZlib", pkgConfig: "zlib", package: "zlib1g-dev"),
        .systemLibrary(name: "CLinux"),
        .target(
            name: "CSentencePiece",
            cxxSettings: [.unsafeFlags(["-std=c++17"])],
            linkerSettings: [
                .linkedLibrary("sentencepiece"), .linkedLibrary("sentencepiece_train"),
                .linkedLibrary("stdc++"),
            ]),
        .target(
            name: "COneDNN",
            linkerSettings: [.linkedLibrary("dnnl"), .linkedLibrary("gomp")]),
        .target(name: "CNumerics", cSettings: [.unsafeFlags(["-march=\(processor)"])]),
        room("Diagnostics"),
        room("PackedBatches"),
        room("Randomness"),
        room("TextbookTwins"),
        room("Curriculum", ["Randomness"]),

        // The mathematics.
        unsafeRoom(
            "TensorCore", ["CNumerics", "COneDNN", "COpenBLAS", "PackedBatches", "Randomness"]),
        room("Autograd", ["TensorCore", "PackedBatches", "Randomness"]),
        room("Layers", ["Autograd", "TensorCore", "Randomness", "PackedBatches"]),
        room("Optimizers", ["Autograd", "TensorCore"]),
        room(
            "Encoders",
            ["Diagnostics", "Layers", "Autograd", "TensorCore", "PackedBatches", "Randomness"]),

        // The bytes.
        unsafeRoom(
            "Formats", ["Diagnostics", "CLinux", "COpenSSL", "CXXHash", "CZlib", "CZstd", yams]),
        unsafeRoom("Tokenization", ["Diagnostics", "CSentencePiece", heap]),
        room("RemoteFiles", ["Diagnostics", "Formats"]),
        room("Preparation", ["Diagnostics", "Formats", "Tokenization", "Randomness"]),
        room(
            "Streaming",
            [
                "Diagnostics", "Formats", "RemoteFiles", "PackedBatches", "Randomness",
                "Curriculum",
            ]),
        room("Merging", ["Diagnostics", "Formats"]),

        // Where they meet.
        room(
            "Checkpoints",
            [
                "Autograd", "Curriculum", "Diagnostics", "Encoders", "Formats", "Optimizers",
                "Streaming", "TensorCore", "Tokenization",
            ]),
        room(
            "Recipes",
            [
                "Diagnostics", "Encoders", "Optimizers", "Curriculum", "RemoteFiles", "Streaming",
                "Merging", "Formats", "TensorCore", yams,
            ]),
        room(
            "Pretraining",
            [
                "Autograd", "Checkpoints", "Curriculum", "Diagnostics", "Encoders", "Formats",
                "Layers", "Merging", "Optimizers", "PackedBatches", "Planning", "Recipes",
                "RemoteFiles", "Streaming", "TensorCore", "Tokenization", logging,
            ]),

        room(
            "Planning",
            [
                "Autograd", "Curriculum", "Diagnostics", "Encoders", "Formats", "Layers",
                "Optimizers", "PackedBatches", "Recipes", "TensorCore",
            ]),

        room(
            "Benchmarks",
            [
                "Autograd", "Encoders", "Layers", "Optimizers", "PackedBatches", "Randomness",
                "TensorCore", "TextbookTwins",
            ]),

        room(
            "Inference",
            [
                "Autograd", "Checkpoints", "Diagnostics", "Encoders", "Layers", "PackedBatches",
                "TensorCore", "Tokenization",
            ]),

        .target(
            name: "Programs", dependencies: ["Diagnostics", arguments],
            swiftSettings: swiftSettings + memorySafety),
        program("mmbert-train", ["Pretraining", "Programs", "Recipes", "TensorCore", logging]),
        program(
            "mmbert",
            [
                "Benchmarks", "Curriculum", "Diagnostics", "Formats", "Inference", "Merging",
                "Planning", "Preparation", "Programs", "Recipes", "RemoteFiles", "Streaming",
                "TensorCore", "Tokenization",
            ]),

        // An example is a package of its own; here it is compiled for a test, without what only
        // this package may see.
        .executableTarget(
            name: "SemanticSearch", dependencies: ["Inference"],
            path: "Examples/SemanticSearch/Sources/SemanticSearch", packageAccess: false,
            swiftSettings: swiftSettings),

        .target(
            name: "TestSupport",
            dependencies: ["Diagnostics", "Formats", "Autograd", "TensorCore"],
            path: "Tests/TestSupport",
            swiftSettings: swiftSettings),
        tests("Randomness"),
        tests("PackedBatches"),
        tests("Curriculum", ["Randomness"]),
        tests("TensorCore", ["PackedBatches", "Randomness", "TextbookTwins"]),
        tests("Autograd", ["TensorCore", "Randomness"]),
        tests("Layers", ["Autograd", "TensorCore", "PackedBatches", "Randomness"]),
        tests("Optimizers", ["Autograd", "TensorCore"]),
        tests(
            "Encoders",
            [
                "Diagnostics", "Layers", "Autograd", "TensorCore", "Optimizers", "PackedBatches",
                "Formats",
            ]),
        tests("Benchmarks", ["PackedBatches"]),
        tests("Formats", ["Diagnostics"]),
        tests("Tokenization", ["Diagnostics"]),
        tests("Preparation", ["Tokenization", "Diagnostics", "Formats"]),
        tests("RemoteFiles", ["Diagnostics", "Formats"]),
        tests("Streaming", ["RemoteFiles", "Curriculum", "PackedBatches", "Diagnostics"]),
        tests("Merging", ["Diagnostics", "Formats"]),
        tests(
            "Checkpoints",
            [
                "Autograd", "Curriculum", "Diagnostics", "Encoders", "Formats", "Optimizers",
                "PackedBatches", "Streaming", "TensorCore", "Tokenization",
            ]),
        tests("Recipes", ["Curriculum", "Diagnostics", "Formats", "Merging", "Streaming"]),
        tests(
            "Planning",
            [
                "Autograd", "Curriculum", "Encoders", "Formats", "Layers", "PackedBatches",
                "Recipes", "TensorCore",
            ]),
        tests("Inference", ["Diagnostics", "Formats", "TensorCore"]),
        tests("Pretraining", ["Recipes", "Checkpoints", "Diagnostics", "Formats"]),
        .testTarget(
            name: "EndToEndTests",
            dependencies: [
                "Checkpoints", "Curriculum", "Encoders", "Formats", "Pretraining", "Recipes",
                "SemanticSearch", "TensorCore", "TestSupport", "mmbert", "mmbert-train", logging,
            ],
            swiftSettings: swiftSettings),
    ]
)
