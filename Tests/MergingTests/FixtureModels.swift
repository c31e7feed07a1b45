import Formats
import Foundation
import TestSupport

/// The base and the three models of Tests/Fixtures/Merging as model folders.
struct FixtureModels {
    let folder: TemporaryFolder
    let base: String
    let models: [String]

    init() throws {
        folder = try TemporaryFolder()
        let names = ["base", "model-0", "model-1", "model-2"]
        for name in names {
            let path = folder.path(name)
            try Folder.create(path)
            try FileManager.default.copyItem(
                atPath: Self.fixture(name), toPath: "\(path)/model.safetensors")
            try Data(#"{"model_type": "modernbert", "hidden_size": 8}"#.utf8)
                .write(to: URL(filePath: "\(path)/config.json"))
        }
        base = folder.path(names[0])
        let folder = folder
        models = names[1...].map { folder.path($0) }
    }

    /// The path of a fixture.
    static func fixture(_ name: String) -> String { Fixtures.path("Merging/\(name).safetensors") }
}
