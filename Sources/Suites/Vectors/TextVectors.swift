import Diagnostics
import Inference
import Probes
import Recipes
import Reporting
import TensorCore

/// Texts as the vectors of a model: with what stands in front of them, cut to a length, each
/// different text once, and from the disk where they are there.
final class TextVectors {
    /// What a text is for.
    enum Role: String {
        case query, document, text

        /// The names under which folders have what stands in front, as sentence-transformers looks
        /// for them.
        fileprivate var names: [String] {
            switch self {
            case .query: ["query"]
            case .document: ["document", "passage", "corpus"]
            case .text: []
            }
        }
    }

    /// Texts so far, those of them that were cut, and those that another equals.
    private(set) var texts = 0, cut = 0, repeated = 0
    /// The most tokens of a text.
    let length: Int
    let parallel: Parallel
    private let model: EncoderModel
    private let settings: VectorTask
    private let kind: SuiteTask.Kind
    private let options: EmbeddingOptions
    private let cache: VectorCache?
    private let origin: String
    private let progress: SuiteProgress

    /// Vectors of the recipe's model.
    ///
    /// - Parameters:
    ///   - origin: the hash of its weights.
    ///   - cache: where vectors are kept; nil for nowhere.
    /// - Throws: `InputError` for a folder without tokenizer, or whose vectors cannot be made.
    init(
        _ task: SuiteTask, _ recipe: FinetuneRecipe, origin: String, cache: VectorCache?,
        threads: Int, progress: SuiteProgress
    ) throws {
        model = try EncoderModel(
            folder: recipe.model, precision: .fp32, threads: threads, processor: .current,
            randomSeed: recipe.startsAtRandom ? recipe.seed : nil)
        (settings, kind) = (task.vectors, task.kind)
        if settings.pooling == nil, let problem = model.poolingProblem { throw problem }
        var options = model.embeddingOptions
        if let pooling = settings.pooling {
            options.pooling = pooling
            if model.poolingProblem != nil {
                (options.usesLayers, options.normalizes) = (false, false)
            }
            try model.check(options, at: "pooling")
        }
        self.options = options
        length = min(settings.length ?? .max, model.maximumLength)
        parallel = Parallel(threads: threads)
        (self.cache, self.progress) = (cache, progress)
        self.origin = recipe.startsAtRandom ? "\(origin) seed \(recipe.seed)" : origin
    }

    /// The vectors of texts, in their order: `[texts, width]`.
    ///
    /// - Parameters:
    ///   - what: what the texts are, for the status line.
    ///   - naming: what an error calls a text by its place.
    /// - Throws: `InputError`, also for a vector that is not finite.
    func matrix(
        of texts: [String], as role: Role, _ what: String, naming: (Int) -> String
    ) throws -> Matrix<Float> {
        let prompt = prompt(of: role)
        var places: [[UInt8]: Int] = [:]
        var (different, firsts) = ([String](), [Int]())
        let order = texts.enumerated().map { place, text in
            let key = Array(text.utf8)
            if let known = places[key] { return known }
            places[key] = different.count
            different.append(text)
            firsts.append(place)
            return different.count - 1
        }
        let block = try block(of: different, prompt: prompt, what) { naming(firsts[$0]) }
        self.texts += texts.count
        repeated += texts.count - different.count
        cut += order.count { block.isCut[$0] }
        return Matrix(vectors: order.map { block.vectors[$0] })
    }

    /// What stands in front of texts: as the task says; else under the name of the role in the
    /// folder, or of MTEB's type of task with or without the role; else the folder's usual prompt.
    func prompt(of role: Role) -> String {
        let own: String? =
            switch role {
            case .query: settings.prompts.query
            case .document: settings.prompts.document
            case .text: settings.prompts.text
            }
        let folder = model.folderPrompts
        let names =
            kind.typeInMTEB.map { type in role.names.map { "\(type)-\($0)" } + [type] } ?? []
        return own ?? (names + role.names).lazy.compactMap { folder.named[$0] }.first
            ?? folder.usual
    }

    private func block(
        of texts: [String], prompt: String, _ what: String, naming: (Int) -> String
    ) throws -> VectorCache.Block {
        let maker = [
            frameworkVersion, origin, "\(options)", "\(length)", prompt,
        ].joined(separator: "\n")
        let key = VectorCache.key(of: texts, by: maker)
        do {
            if let block = try cache?.read(key, count: texts.count) { return block }
        } catch let error as InputError {
            progress.warn("\(error)")
        }
        let sequences = try model.embeddingTokens(of: texts, prompt: prompt, atMost: length)
        let total = max(1, sequences.reduce(0) { $0 + $1.ids.count })
        let vectors = try model.embed(
            sequences, options: options,
            progress: { done in progress.update { "reads \(what), \(100 * done / total) %" } },
            naming: naming)
        let block = VectorCache.Block(vectors: vectors, isCut: sequences.map(\.isCut))
        try cache?.write(block, as: key)
        return block
    }
}

extension SuiteTask.Kind {
    /// What MTEB calls the type of such tasks.
    fileprivate var typeInMTEB: String? {
        switch self {
        case .retrieval: "Retrieval"
        case .reranking: "Reranking"
        case .similarity: "STS"
        case .pairs: "PairClassification"
        case .mining: "BitextMining"
        case .classification: "Classification"
        case .multilabel: "MultilabelClassification"
        case .clustering: "Clustering"
        default: nil
        }
    }
}
