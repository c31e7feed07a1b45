// swift-tools-version: 6.2
import PackageDescription

// A separate package that uses mmbert as a library. `path` may be replaced by `url: "https://…"`
// with a branch or a version: `branch: "main"`, `from: "1.0.0"`.
let package = Package(
    name: "TopicLabels",
    dependencies: [.package(name: "mmbert", path: "../..")],
    targets: [
        .executableTarget(
            name: "TopicLabels",
            dependencies: [.product(name: "Inference", package: "mmbert")])
    ]
)
