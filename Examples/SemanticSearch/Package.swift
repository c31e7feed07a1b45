// swift-tools-version: 6.2
import PackageDescription

// A package of its own that uses mmbert as a library. `path` may be replaced by
// `url: "https://…", branch: "main"`; a version cannot be named, because mmbert compiles for the
// processor with flags that SwiftPM allows in packages of a path or a branch only.
let package = Package(
    name: "SemanticSearch",
    dependencies: [.package(name: "mmbert", path: "../..")],
    targets: [
        .executableTarget(
            name: "SemanticSearch",
            dependencies: [.product(name: "Inference", package: "mmbert")])
    ]
)
