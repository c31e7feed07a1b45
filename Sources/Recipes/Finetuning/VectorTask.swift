import ModelFolders

/// How a model's vectors are measured: how texts become vectors, how these are compared, and what
/// is drawn. Which of it counts depends on the kind of the task.
public struct VectorTask: Sendable, Equatable {
    /// How near two vectors are.
    public enum Similarity: String, Sendable, CaseIterable {
        /// The cosine of the angle between them.
        case cosine
        /// Their inner product.
        case dot
    }

    /// What is put in front of texts; nil for what the model's folder says.
    public struct Prompts: Sendable, Equatable {
        /// Of queries, of documents, and of texts that are neither.
        public var query, document, text: String?

        /// The folder's.
        public init() {}
    }

    /// How many of a set's documents are clustered.
    public enum Documents: Sendable, Equatable {
        case all
        case count(Int)
        case share(Double)
    }

    /// The most tokens of a text, special ones included; nil for what the model's folder says.
    public var length: Int?
    /// How a vector is made of a text's tokens; nil for what the model's folder says.
    public var pooling: SentencePooling.Mode?
    /// What is put in front of texts.
    public var prompts = Prompts()
    /// How near a query and a document are.
    public var similarity = Similarity.cosine
    /// The split of folders in BEIR's form.
    public var split = "test"
    /// The numbers of documents that measures of rankings look at.
    public var cutoffs = [1, 3, 5, 10, 20, 100, 1000]
    /// Whether a document whose id is the query's is not found.
    public var leavesOutQuery = false
    /// How many documents of each query the written run has; nil for no run.
    public var runDocuments: Int? = 100
    /// Labels of pairs that belong together, and of those that do not: all others if empty.
    public var positive = ["1"], negative: [String] = []
    /// The sentences whose translations the files have: one file, or one by the name of each; empty
    /// where the files have both.
    public var pivot: [LabelledData.File] = []
    /// The neighbours that the margin looks at, and those that choose labels.
    public var marginNeighbours = 4, labelNeighbours = 5
    /// Examples of each label that are learned from, and how many times.
    public var examplesPerLabel = 8, experiments = 10
    /// How many documents are clustered.
    public var documents = Documents.share(0.04)
    /// How often they are drawn with replacement, and how many each time.
    public var draws = 10, drawSize = 16_384
    /// Levels of labels from the coarsest on; nil for all.
    public var depth: Int?

    /// The defaults, which are MTEB's.
    public init() {}
}

extension SuiteTask.Kind {
    /// What is reported of vectors.
    var mainVectorMetric: String {
        switch self {
        case .retrieval: "ndcg_at_10"
        case .reranking: "map_at_1000"
        case .similarity: "cosine_spearman"
        case .pairs: "max_ap"
        case .mining: "f1"
        case .multilabel: "exact_match"
        case .clustering: "v_measure*"
        default: "accuracy"
        }
    }
}
