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

    /// Spreads the weights of one of the models over as many files as it has tensors.
    func shard(_ model: Int) throws {
        let path = "\(models[model])/model.safetensors"
        let weights = try SafetensorsFile(path: path)
        var places: [String: String] = [:]
        for (index, tensor) in weights.tensors.enumerated() {
            let name = "model-\(index).safetensors"
            let writer = try SafetensorsWriter(
                path: "\(models[model])/\(name)",
                tensors: [.init(name: tensor.name, shape: tensor.shape)])
            try writer.write(try weights.floats(tensor.name), to: tensor.name)
            try writer.finish()
            places[tensor.name] = name
        }
        try FileManager.default.removeItem(atPath: path)
        try JSONSerialization.data(withJSONObject: ["weight_map": places])
            .write(to: URL(filePath: "\(path).index.json"))
    }

    /// The path of a fixture.
    static func fixture(_ name: String) -> String { Fixtures.path("Merging/\(name).safetensors") }
}
