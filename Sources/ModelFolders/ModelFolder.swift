import Autograd
import Diagnostics
import Encoders
import Formats
import Tokenization

/// A Hugging Face model folder of ModernBERT, XLM-RoBERTa or BERT: a masked language model, a base
/// model, a sentence encoder, or a model with a head for a task. It holds `config.json`;
/// `model.safetensors`, or the files that `model.safetensors.index.json` names; perhaps a tokenizer
/// and sentence-transformers' files.
public struct ModelFolder: Sendable {
    /// Where it is.
    public let path: String
    /// What `config.json` says.
    public let configuration: any EncoderConfiguration
    /// What comes behind the encoder.
    public var head: ModelHead { weights.head }
    /// Whether there is a masked-LM head.
    public var hasHead: Bool { head == .maskedLM }
    /// The folder's tokenizer; nil if it has none, or one of a kind that is not read.
    public let tokenizer: Tokenizer?
    /// Why a tokenizer is not read; nil if there is none, or it is.
    public let tokenizerProblem: InputError?
    /// How `config.json` says that heads for texts pool a sequence; nil where it does not.
    public let classifierPooling: TaskHead.Pooling?
    private let weights: ModelWeights

    /// The name of the file with the weights.
    public static let weightsName = SafetensorsFolder.fileName
    /// The name of the file with the model's shape.
    public static let configurationName = ModelFiles.configuration

    /// Opens a model folder and checks it: the weights are exactly the tensors that `config.json`
    /// asks for, with the head it names or without one, and every id of a tokenizer, if there is
    /// one, is a row of the token table. Numbers are read by `load`.
    ///
    /// - Throws: `InputError` that names the file and the tensor or key.
    public init(path: String) throws {
        self.path = path
        let encoderPath = try SentencePooling.encoderFolder(of: path)
        let configurationPath = Folder.join(encoderPath, Self.configurationName)
        guard try Folder.exists(configurationPath) else { throw try Self.missing(at: encoderPath) }
        configuration = try EncoderConfigurationFile.read(configurationPath)
        let head = try HuggingFaceHead(
            contentsOf: configurationPath, family: configuration.family)
        classifierPooling = try head.pooling()
        weights = try ModelWeights(folder: encoderPath, configuration: configuration, task: head)
        (tokenizer, tokenizerProblem) = try Self.tokenizer(in: encoderPath)
        // Releases may have rows that no token uses, so that their number is a round one.
        if let tokenizer, tokenizer.vocabularySize > configuration.vocabularySize {
            try Self.check(tokenizer, from: path, fits: configuration)
        }
    }

    /// The `config.json` of the model folder at `path`; that of a sentence encoder may lie in a
    /// folder of its own.
    ///
    /// - Throws: `InputError` for a `modules.json` that cannot be read.
    public static func configurationFile(of path: String) throws -> String {
        Folder.join(try SentencePooling.encoderFolder(of: path), configurationName)
    }

    /// A model whose tokenizer is of another kind can still be used with token ids.
    private static func tokenizer(
        in folder: String
    ) throws -> (tokenizer: Tokenizer?, problem: InputError?) {
        let file = try TokenizerFolder.file(in: folder)
        guard try Folder.exists(file) else { return (nil, nil) }
        do {
            return (try Tokenizer(path: folder), nil)
        } catch let problem as InputError {
            return (nil, problem)
        }
    }

    /// How sentence-transformers makes vectors with this folder; nil if it holds nothing about it.
    /// What is not supported is its `problem`, which names the key.
    public func sentencePooling() throws -> SentencePooling? {
        try SentencePooling(folder: path)?.checked(columns: configuration.hiddenSize)
    }

    /// The masked language model: the shape of `config.json`, the folder's weights. What
    /// `config.json` does not hold is as in a new configuration: dropout, which only training uses.
    ///
    /// - Parameter requiringHead: false where only hidden states are wanted: without a head in the
    ///   folder (`hasHead`) the model's has zeros and must not be used.
    /// - Throws: `InputError` where the folder has no head and one is required.
    public func loadLanguageModel(requiringHead: Bool = true) throws -> any LanguageModel {
        let model = configuration.makeLanguageModel()
        try load(into: model, requiringHead: requiringHead)
        return model
    }

    /// The same of a ModernBERT, to be pre-trained.
    ///
    /// - Throws: `InputError` where the folder has no head and one is required, or another family.
    public func load(requiringHead: Bool = true) throws -> MaskedLanguageModel {
        let model = MaskedLanguageModel(configuration: try modernBERT())
        try load(into: model, requiringHead: requiringHead)
        return model
    }

    /// The shape of a ModernBERT.
    ///
    /// - Throws: `InputError` where the folder has another family.
    public func modernBERT() throws -> ModernBERTConfiguration {
        if let configuration = configuration as? ModernBERTConfiguration { return configuration }
        throw InputError(
            at: "\(path): model_type", expected: EncoderFamily.modernBERT.rawValue,
            found: configuration.family.rawValue,
            remedy: "Only ModernBERT is pre-trained; other families are fine-tuned and used.")
    }

    private func load(into model: any LanguageModel, requiringHead: Bool) throws {
        if !hasHead, requiringHead {
            throw Self.lacksHead(at: path, head: head, configuration.headParameterShapes[0].name)
        }
        try load(into: hasHead ? model.parameters : model.encoder.parameters)
    }

    /// The model with its head for a task.
    ///
    /// - Throws: `InputError` where the folder has no such head.
    public func loadTask() throws -> TaskModel {
        guard let task = head.task else {
            throw InputError(
                at: path, expected: "a model with a head for a task",
                found: hasHead ? "a masked language model" : "an encoder without a head",
                remedy: "Train a head with `mmbert finetune`, or name a fine-tuned model; "
                    + "vectors are made by `mmbert embed`.")
        }
        let model = TaskModel(configuration: configuration, task: task)
        try load(into: model.parameters)
        return model
    }

    /// The error for the folder at `path` where a masked language model is wanted and it has
    /// another head or none.
    ///
    /// - Parameter tensor: the head's first tensor.
    package static func lacksHead(
        at path: String, head: ModelHead, _ tensor: String
    ) -> InputError {
        if case .task(let task) = head {
            return InputError(
                at: path, expected: "a masked language model",
                found: "a model with \(task.kind.description)",
                remedy: "Use it with `mmbert predict`, or name the model that it was trained from.")
        }
        return InputError(
            at: path, expected: "a masked language model",
            found: "an encoder without its head (no tensor \(tensor))",
            remedy: "Name a folder that was saved with its head, as AutoModelForMaskedLM does.")
    }

    /// Overwrites the values of `parameters`, all or some of a model's, by the folder's.
    ///
    /// - Throws: `InputError` naming the first tensor that is missing or misshapen.
    public func load(into parameters: [Parameter]) throws {
        try weights.load(into: parameters)
    }

    /// Whether the folder has tensors of all of these parameters.
    public func holds(_ parameters: [Parameter]) -> Bool { weights.hold(parameters) }

    /// Throws an `InputError` unless every id of `tokenizer`, which was read from `path`, and no
    /// other, is a row of the model's embeddings.
    public static func check(
        _ tokenizer: Tokenizer, from path: String, fits configuration: any EncoderConfiguration
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
