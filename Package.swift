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
func module(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: swiftSettings + memorySafety)
}

/// A module that owns memory or C handles.
func unsafeModule(
    _ name: String, _ dependencies: [Target.Dependency] = [], linking libraries: [String] = []
) -> Target {
    .target(
        name: name, dependencies: dependencies, swiftSettings: swiftSettings,
        linkerSettings: libraries.map { .linkedLibrary($0) })
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

/// An example is a package of its own; here it is compiled for a test, without what only this
/// package may see.
func example(_ name: String) -> Target {
    .executableTarget(
        name: name, dependencies: ["Inference"], path: "Examples/\(name)/Sources/\(name)",
        packageAccess: false, swiftSettings: swiftSettings)
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
    "Checkpoints", "Diagnostics", "Encoders", "Finetuning", "Formats", "Host", "Inference",
    "LabelledText", "Measures", "ModelFolders", "Preparation", "Pretraining", "Recipes", "Reports",
    "Runs", "Streaming",
    "TensorCore", "Tokenization",
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
        system("CSnappy", pkgConfig: "snappy", package: "libsnappy-dev"),
        system("CLZ4", pkgConfig: "liblz4", package: "liblz4-dev"),
        .systemLibrary(name: "CLinux"),
        .target(
            name: "CSentencePiece",
            cxxSettings: [.unsafeFlags(["-std=c++17"])],
            linkerSettings: [.linkedLibrary("sentencepiece"), .linkedLibrary("stdc++")]),
        .target(
            name: "COneDNN",
            linkerSettings: [.linkedLibrary("dnnl"), .linkedLibrary("gomp")]),
        .target(
            name: "CMPI", exclude: ["adapter"], linkerSettings: [.linkedLibrary("dl")]),
        .target(name: "CNumerics", cSettings: [.unsafeFlags(["-march=\(processor)"])]),
        .target(name: "CTiles", cSettings: [.unsafeFlags(["-march=\(processor)"])]),
        module("Diagnostics"),
        module("Reporting", ["Diagnostics"]),
        module("Pages", ["Diagnostics", "Reporting"]),
        module("Host", ["Reporting"]),
        module("PackedBatches"),
        module("Randomness"),
        module("Measures", ["Host", "Randomness"]),
        module("Serialization"),
        module("TextbookTwins"),
        module("Curriculum"),

        // The mathematics.
        unsafeModule(
            "TensorCore", ["CNumerics", "COneDNN", "COpenBLAS", "CTiles", "Host", "Randomness"]),
        unsafeModule("Ranks", ["CMPI", "Diagnostics", "Host", "Reporting", "TensorCore"]),
        module("Autograd", ["TensorCore"]),
        module("Layers", ["Autograd", "Randomness", "TensorCore"]),
        module("Optimizers", ["Autograd", "Ranks", "TensorCore"]),
        module("Probes", ["TensorCore"]),
        module(
            "Encoders",
            [
                "Autograd", "Diagnostics", "Host", "Layers", "PackedBatches", "TensorCore",
            ]),

        // The bytes.
        unsafeModule(
            "Formats",
            [
                "Diagnostics", "Reporting", "Serialization", "CLinux", "CLZ4", "COpenSSL",
                "CSnappy", "CXXHash", "CZlib", "CZstd", yams,
            ]),
        unsafeModule(
            "Tokenization",
            ["Diagnostics", "Formats", "Reporting", "Serialization", "CSentencePiece", heap],
            linking: ["_FoundationICU"]),
        module("RemoteFiles", ["Diagnostics", "Formats", "Host", "Reporting"]),
        module(
            "Preparation",
            [
                "Diagnostics", "Formats", "Host", "Randomness", "Reporting", "Serialization",
                "Tokenization", heap,
            ]),
        module("LabelledText", ["Diagnostics", "Formats", "Reporting", "Serialization"]),
        module(
            "Streaming",
            [
                "Diagnostics", "Formats", "PackedBatches", "Randomness", "RemoteFiles",
            ]),

        // Where they meet.
        module(
            "ModelFolders",
            [
                "Autograd", "Diagnostics", "Encoders", "Formats", "Host", "TensorCore",
                "Tokenization",
            ]),
        module(
            "Merging",
            [
                "Diagnostics", "Encoders", "Formats", "ModelFolders", "Reporting", "Tokenization",
            ]),
        module(
            "Checkpoints",
            [
                "Curriculum", "Diagnostics", "Encoders", "Formats", "ModelFolders", "Optimizers",
                "Streaming", "Tokenization",
            ]),
        module(
            "Recipes",
            [
                "Curriculum", "Diagnostics", "Encoders", "Formats", "Host", "LabelledText",
                "Merging", "ModelFolders", "Optimizers", "RemoteFiles", "Streaming", yams,
            ]),
        module(
            "Training",
            [
                "Autograd", "Curriculum", "Encoders", "Host", "Layers", "Optimizers",
                "PackedBatches", "Ranks", "Streaming", "TensorCore",
            ]),

        // What is done with them.
        module(
            "Runs",
            ["Curriculum", "Diagnostics", "Formats", "Host", "Reporting", "Serialization"]),
        module(
            "Reports",
            ["Diagnostics", "Formats", "Pages", "Recipes", "Reporting", "Runs"]),
        module(
            "Planning",
            [
                "Curriculum", "Diagnostics", "Encoders", "Formats", "Host", "Optimizers",
                "PackedBatches", "Pages", "Recipes", "Reporting", "TensorCore", "Training",
            ]),
        module(
            "Benchmarks",
            [
                "Autograd", "Encoders", "Host", "Layers", "Optimizers", "PackedBatches",
                "Randomness", "Ranks", "Streaming", "TensorCore", "TextbookTwins", "Training",
            ]),
        module(
            "Inference",
            [
                "Autograd", "Diagnostics", "Encoders", "Host", "ModelFolders", "PackedBatches",
                "TensorCore", "Tokenization",
            ]),
        module(
            "Finetuning",
            [
                "Autograd", "Checkpoints", "Diagnostics", "Encoders", "Formats", "Host",
                "Inference", "LabelledText", "Measures", "ModelFolders", "Optimizers",
                "PackedBatches", "Randomness", "Recipes", "Reporting", "Runs", "TensorCore",
                "Tokenization", "Training",
            ]),
        module(
            "Suites",
            [
                "Diagnostics", "Encoders", "Finetuning", "Formats", "Host", "Inference",
                "LabelledText", "Measures", "ModelFolders", "Pages", "Probes", "Recipes",
                "Reporting", "Runs", "TensorCore", "Tokenization",
            ]),

        module(
            "Pretraining",
            [
                "Checkpoints", "Curriculum", "Diagnostics", "Encoders", "Finetuning", "Formats",
                "Host", "Inference", "LabelledText", "Merging", "ModelFolders", "Optimizers",
                "Probes", "Ranks", "Recipes", "RemoteFiles", "Reporting", "Reports", "Runs",
                "Streaming", "TensorCore", "Tokenization", "Training", logging,
            ]),
        module("Programs", ["Diagnostics", "Formats", "Host", "Recipes", "Reporting", arguments]),
        program(
            "mmbert-train",
            [
                "Formats", "Pretraining", "Programs", "Ranks", "Recipes", "Reporting", "Runs",
                logging,
            ]),
        program(
            "mmbert",
            [
                "Benchmarks", "Curriculum", "Diagnostics", "Finetuning", "Formats", "Host",
                "Inference", "LabelledText", "Measures", "Merging", "ModelFolders", "Planning",
                "Preparation", "Programs", "Ranks", "Recipes", "RemoteFiles", "Reporting",
                "Reports",
                "Runs", "Streaming", "Suites", "Tokenization",
            ]),

        example("SemanticSearch"),
        example("TopicLabels"),

        .target(
            name: "TestSupport",
            dependencies: [
                "Autograd", "Diagnostics", "Encoders", "Formats", "Host", "Ranks", "TensorCore",
            ],
            path: "Tests/TestSupport",
            swiftSettings: swiftSettings),
        tests("Host"),
        tests("Measures"),
        tests("Randomness"),
        tests("Reporting"),
        tests("Serialization"),
        tests("PackedBatches"),
        tests("Curriculum", ["Randomness"]),
        tests("TensorCore", ["Host", "PackedBatches", "Randomness", "TextbookTwins"]),
        tests("Ranks", ["Diagnostics", "TensorCore"]),
        tests("Autograd", ["TensorCore", "Randomness"]),
        tests("Layers", ["Autograd", "TensorCore", "PackedBatches", "Randomness"]),
        tests("Optimizers", ["Autograd", "Ranks", "TensorCore"]),
        tests("Probes", ["TensorCore"]),
        tests(
            "Encoders",
            [
                "Autograd", "Diagnostics", "Formats", "Layers", "ModelFolders", "Optimizers",
                "PackedBatches", "TensorCore",
            ]),
        tests(
            "Benchmarks",
            ["Encoders", "Formats", "PackedBatches", "Planning", "Ranks", "TensorCore"]),
        tests("Formats", ["Diagnostics"]),
        tests("Tokenization", ["Diagnostics", "Formats", "Serialization"]),
        tests("Preparation", ["Tokenization", "Diagnostics", "Formats"]),
        tests("LabelledText", ["Diagnostics", "Formats"]),
        tests("RemoteFiles", ["Diagnostics", "Formats"]),
        tests("Streaming", ["RemoteFiles", "Curriculum", "PackedBatches", "Diagnostics"]),
        tests("Merging", ["Diagnostics", "Formats"]),
        tests(
            "ModelFolders",
            [
                "Autograd", "Diagnostics", "Encoders", "Formats", "Host", "PackedBatches",
                "TensorCore", "Tokenization",
            ]),
        tests(
            "Checkpoints",
            [
                "Autograd", "Curriculum", "Diagnostics", "Encoders", "Formats", "ModelFolders",
                "Optimizers", "PackedBatches", "Streaming", "TensorCore", "Tokenization",
            ]),
        tests(
            "Recipes",
            ["Curriculum", "Diagnostics", "Formats", "LabelledText", "Merging", "Streaming"]),
        tests(
            "Training",
            [
                "Autograd", "Encoders", "Formats", "Host", "Layers", "ModelFolders", "Optimizers",
                "PackedBatches", "TensorCore",
            ]),
        tests("Planning", ["Curriculum", "Encoders", "Formats", "Host", "Recipes"]),
        tests(
            "Inference",
            [
                "Autograd", "Diagnostics", "Encoders", "Formats", "Host", "ModelFolders",
                "TensorCore", "Tokenization",
            ]),
        tests(
            "Finetuning",
            [
                "Autograd", "Diagnostics", "Encoders", "Formats", "Host", "ModelFolders",
                "Optimizers", "PackedBatches", "Recipes", "TensorCore", "Tokenization", "Training",
            ]),
        tests(
            "Suites",
            [
                "Diagnostics", "Finetuning", "Formats", "LabelledText", "Measures",
                "ModelFolders", "Probes", "Recipes", "Runs", "TensorCore", "Tokenization",
            ]),
        tests("Pages"),
        tests("Runs", ["Diagnostics", "Formats"]),
        tests("Reports", ["Diagnostics", "Formats"]),
        tests(
            "Pretraining",
            ["Recipes", "Checkpoints", "Diagnostics", "Formats", "Runs", "Training"]),
        .testTarget(
            name: "EndToEndTests",
            dependencies: [
                "Checkpoints", "Curriculum", "Encoders", "Formats", "Host", "LabelledText",
                "ModelFolders", "Pretraining", "Ranks", "Recipes", "Runs", "SemanticSearch",
                "TensorCore", "TestSupport", "Tokenization", "TopicLabels", "mmbert",
                "mmbert-train", logging,
            ],
            swiftSettings: swiftSettings),
    ]
)
