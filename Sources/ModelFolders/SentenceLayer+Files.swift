import Diagnostics
import Formats

extension DenseLayer {
    private struct Keys: Decodable {
        let in_features: Int
        let out_features: Int
        let bias: Bool?
        let activation_function: String?
        let module_input_name: String?
        let module_output_name: String?
    }

    /// Reads the module in `folder`.
    ///
    /// - Throws: `InputError` that names the key or tensor.
    init(folder: String) throws {
        let path = Folder.join(folder, ModelFiles.configuration)
        let keys = try JSONFile.readPlain(path, as: Keys.self)
        func refuse(_ key: String, _ expected: String, _ found: String) -> InputError {
            InputError(
                at: "\(path): \(key)", expected: expected, found: found,
                remedy: "Say with --pooling how vectors are made, without this module.")
        }
        self.path = path
        (inputs, outputs) = (keys.in_features, keys.out_features)
        for (key, count) in [("in_features", inputs), ("out_features", outputs)] where count < 1 {
            throw refuse(key, "a number from 1 on", "\(count)")
        }
        let names = [
            ("module_input_name", keys.module_input_name),
            ("module_output_name", keys.module_output_name),
        ]
        for case (let key, let name?) in names where name != "sentence_embedding" {
            throw refuse(key, "sentence_embedding, the vector of a text", name)
        }
        let function = keys.activation_function ?? "torch.nn.modules.activation.Tanh"
        let name = function.split(separator: ".").last.map(String.init) ?? ""
        guard function.hasPrefix("torch.nn."), let activation = Activation(rawValue: name) else {
            let known = Activation.allCases.map(\.rawValue).joined(separator: ", ")
            throw refuse("activation_function", "one of PyTorch's \(known)", function)
        }
        self.activation = activation
        let weights = try SentenceWeights(folder: folder)
        weight = try weights.floats("linear.weight", shape: [outputs, inputs])
        bias = keys.bias ?? true ? try weights.floats("linear.bias", shape: [outputs]) : []
    }
}

extension NormalizingLayer {
    private struct Keys: Decodable {
        let dimension: Int
    }

    /// Reads the module in `folder`.
    ///
    /// - Throws: `InputError` that names the key or tensor.
    init(folder: String) throws {
        path = Folder.join(folder, ModelFiles.configuration)
        let count = try JSONFile.readPlain(path, as: Keys.self).dimension
        let weights = try SentenceWeights(folder: folder)
        weight = try weights.floats("norm.weight", shape: [count])
        bias = try weights.floats("norm.bias", shape: [count])
    }
}

/// The weights of a module.
private struct SentenceWeights {
    private let file: SafetensorsFile

    init(folder: String) throws {
        let path = Folder.join(folder, SafetensorsFolder.fileName)
        let pickle = "pytorch_model.bin"
        if try !Folder.exists(path) {
            let isPickle = try Folder.exists(Folder.join(folder, pickle))
            throw InputError(
                at: path, expected: "the module's weights",
                found: isPickle ? "\(pickle), which is not read" : "no such file",
                remedy: isPickle
                    ? "Load the model in sentence-transformers and save it with save_pretrained."
                    : "Copy the whole folder again.")
        }
        file = try SafetensorsFile(path: path)
    }

    /// The numbers of a tensor, which must have this shape and be finite.
    func floats(_ name: String, shape: [Int]) throws -> [Float] {
        func refuse(_ expected: String, _ found: String) -> InputError {
            InputError(
                at: "\(file.path): \(name)", expected: expected, found: found,
                remedy: "Copy the module's folder again.")
        }
        guard let tensor = file.tensor(named: name) else {
            throw refuse("shape \(shape)", "no such tensor")
        }
        guard tensor.shape == shape else {
            throw refuse("shape \(shape)", "shape \(tensor.shape)")
        }
        let numbers = try file.floats(name)
        guard numbers.allSatisfy(\.isFinite) else {
            throw refuse("finite numbers", "NaN or infinity")
        }
        return numbers
    }
}
