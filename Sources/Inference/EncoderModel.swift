import Autograd
import Diagnostics
import Encoders
import Host
import ModelFolders
import TensorCore
import Tokenization

/// A trained encoder in use: vectors of texts, words for masks, losses. It computes no gradients
/// and keeps no activations.
///
/// Texts and sequences may be many and of any length up to `maximumLength`. They are sorted by
/// length and packed without padding into batches; results come in the order of the input. The
/// number of threads does not change a bit of a result. The other sequences of a call change it
/// only as far as matrix products of other sizes round differently: by about 1e-6 in fp32 and 1e-2
/// in bf16 for numbers near 1.
///
/// An object is for one caller at a time; each call works on `threads` threads.
public final class EncoderModel {
    /// The model's folder.
    public let folder: String
    /// The model's shape.
    public let configuration: any EncoderConfiguration
    /// What comes behind the encoder in the folder. Words and losses need the masked-LM head.
    public let head: ModelHead
    /// Whether the folder has a masked-LM head.
    public var hasHead: Bool { head == .maskedLM }
    /// The folder's tokenizer; nil if it has none that can be read: then only token ids can be
    /// given.
    public let tokenizer: Tokenizer?
    /// Why the folder's tokenizer cannot be read; nil if it can, or there is none.
    let tokenizerProblem: InputError?
    /// The vectors the folder was made for: as its files for sentence-transformers say, and the
    /// mean of all tokens without such files. Not so where there is a `poolingProblem`.
    public var embeddingOptions: EmbeddingOptions {
        var options = EmbeddingOptions(usesLayers: !pooling.layers.isEmpty)
        options.poolings = pooling.modes
        options.dimensions = pooling.dimensions.map {
            min($0, pooling.width(of: configuration.hiddenSize))
        }
        return options
    }
    /// Why the vectors the folder was made for cannot be computed; nil if they can.
    public var poolingProblem: InputError? { pooling.problem }
    /// What the folder says of texts and vectors.
    public let pooling: SentencePooling
    /// What is put in front of every text for a vector, in place of the folder's usual prompt; nil
    /// for that.
    public var otherPrompt: String?
    /// The longest sequence in tokens, `<bos>` and `<eos>` included.
    public let maximumLength: Int
    /// What matrix products multiply.
    public let precision: Precision
    /// The most threads that work at the same time.
    public var threads: Int { parallel.threads }
    /// The most tokens that go through the encoder together, unless one sequence is longer. More
    /// need more memory.
    public var batchTokens = 4096

    let model: any LanguageModel
    let parallel: Parallel
    let buffers = BufferPool()

    /// Loads a Hugging Face model folder of ModernBERT, XLM-RoBERTa or BERT: a masked language
    /// model, a base model or a sentence encoder.
    ///
    /// - Parameters:
    ///   - folder: `config.json`, the weights, and the tokenizer's files if texts are to be read.
    ///   - precision: nil for bf16 where the processor multiplies it faster, else fp32. bf16 on
    ///     another processor becomes fp32.
    ///   - threads: the most threads that work at the same time.
    /// - Throws: `InputError` that names the file and the key or tensor that is wrong.
    public convenience init(
        folder: String, precision: Precision? = nil, threads: Int = Cores.usable
    ) throws {
        try self.init(
            folder: folder, precision: precision, threads: threads, processor: .current)
    }

    /// The same with the abilities of another processor.
    ///
    /// - Parameter randomSeed: the seed of initial weights, of the folder's shape, in place of the
    ///   folder's weights; nil for these.
    package init(
        folder: String, precision: Precision?, threads: Int, processor: Processor,
        randomSeed: UInt64? = nil
    ) throws {
        let files = try ModelFolder(path: folder)
        self.folder = folder
        configuration = files.configuration
        head = files.head
        tokenizer = files.tokenizer
        tokenizerProblem = files.tokenizerProblem
        pooling = try files.sentencePooling() ?? SentencePooling()
        maximumLength = min(
            pooling.maximumLength ?? .max, files.configuration.maximumPositions)
        let parallel = Parallel(threads: threads)
        self.parallel = parallel
        model =
            try randomSeed.map {
                let model = files.configuration.makeLanguageModel()
                model.initialize(seed: $0, parallel: parallel)
                return model
            } ?? files.loadLanguageModel(requiringHead: false)
        let isRounded = precision != .fp32 && processor.supports(.bf16)
        self.precision = isRounded ? .bf16 : .fp32
    }

    /// A model that is in memory, such as one in training, for vectors of token ids.
    ///
    /// - Parameter name: what stands for its folder in messages.
    package init(
        _ model: MaskedLanguageModel, named name: String, precision: Precision, parallel: Parallel
    ) {
        (folder, configuration, head) = (name, model.configuration, .maskedLM)
        (tokenizer, tokenizerProblem, pooling) = (nil, nil, SentencePooling())
        maximumLength = model.configuration.maximumPositions
        (self.model, self.precision, self.parallel) = (model, precision, parallel)
    }

    /// Throws an `InputError` if the folder has no masked-LM head, which words and losses need.
    public func requireHead() throws {
        if hasHead { return }
        throw ModelFolder.lacksHead(
            at: folder, head: head, configuration.headParameterShapes[0].name)
    }
}
