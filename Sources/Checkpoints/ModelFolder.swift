import Autograd
import Diagnostics
import Encoders
import Formats
import Tokenization

/// A Hugging Face model folder: `config.json`, `model.safetensors` in fp32 under Hugging Face's
/// names, and the tokenizer's files. transformers loads it as it is.
public struct ModelFolder: Sendable {
    /// Where it is.
    public let path: String
    /// What `config.json` says.
    public let configuration: ModernBERTConfiguration
    private let weights: SafetensorsFile

    /// The name of the file with the weights.
    public static let weightsName = "model.safetensors"
    /// The name of the file with the model's shape.
    public static let configurationName = "config.json"

    /// Opens a model folder and checks it: `model.safetensors` holds exactly the tensors that
    /// `config.json` asks for, and a tokenizer, if there is one, has the model's vocabulary.
    ///
    /// - Throws: `InputError` that names the file and the tensor or key.
    public init(path: String) throws {
        self.path = path
        configuration = try ModernBERTConfiguration(
            contentsOfHuggingFaceFile: Folder.join(path, Self.configurationName))
        weights = try SafetensorsFile(path: Folder.join(path, Self.weightsName))
        try MatrixFile.check(
            weights, holds: configuration.parameterShapes.map { ($0.name, $0.shape) })
        if let tokenizer = try tokenizer() {
            try Self.check(tokenizer, from: path, fits: configuration)
        }
    }

    /// The folder's SentencePiece tokenizer, nil if it has none.
    public func tokenizer() throws -> Tokenizer? {
        let model = Folder.join(path, "tokenizer.model")
        return Folder.exists(model) ? try Tokenizer(path: model) : nil
    }

    /// The model: the shape of `config.json`, the folder's weights. What `config.json` does not
    /// hold is as in a new configuration: dropout, which only training uses.
    public func load() throws -> MaskedLanguageModel {
        let model = MaskedLanguageModel(configuration: configuration)
        try load(into: model.parameters)
        return model
    }

    /// Overwrites the values of `parameters`, all those of a model, by the folder's.
    ///
    /// - Throws: `InputError` naming the first tensor that is missing, extra or misshapen.
    public func load(into parameters: [Parameter]) throws {
        try MatrixFile.check(weights, holds: parameters.map { ($0.name, $0.shape) })
        try MatrixFile.read(parameters.map(\.named), from: weights)
        for parameter in parameters { parameter.didChange() }
    }

    /// Writes a model folder into `folder`, which exists. For a checkpoint this is the folder a
    /// `CheckpointStore` gives; elsewhere `AtomicFolder.write` gives one.
    ///
    /// - Throws: `InputError` if the disk is full or not writable.
    public static func write(
        _ model: MaskedLanguageModel, tokenizer: HuggingFaceTokenizer?, into folder: String
    ) throws {
        try AtomicFile.write(
            model.configuration.huggingFaceJSON, to: Folder.join(folder, configurationName),
            synchronized: false)
        for (name, content) in tokenizer?.files ?? [] {
            try AtomicFile.write(content, to: Folder.join(folder, name), synchronized: false)
        }
        try MatrixFile.write(model.parameters.map(\.named), to: Folder.join(folder, weightsName))
    }

    /// Throws an `InputError` unless every id of `tokenizer`, which was read from `path`, and no
    /// other, is a row of the model's embeddings.
    public static func check(
        _ tokenizer: Tokenizer, from path: String, fits configuration: ModernBERTConfiguration
    ) throws {
        guard tokenizer.vocabularySize == configuration.vocabularySize else {
            throw InputError(
                at: path,
                expected: "a tokenizer of \(configuration.vocabularySize) pieces, "
                    + "the vocabulary of the model",
                found: "\(tokenizer.vocabularySize) pieces",
                remedy: "Use the tokenizer the model was made with.")
        }
    }
}
