/// The token shards of one language (or of any other part of a mixture): an MDS folder.
public struct StreamSource: Sendable, Equatable {
    /// Name of the language, such as `deu_Latn`; it keys the reading order of the source.
    public let language: String
    /// Path of the folder that holds `index.json`.
    public let folder: String
    /// Number of token sequences in the folder.
    public let samples: Int
    /// Number of tokens in the folder.
    public let tokens: Int

    /// A source as a manifest describes it.
    public init(language: String, folder: String, samples: Int, tokens: Int) {
        self.language = language
        self.folder = folder
        self.samples = samples
        self.tokens = tokens
    }

    /// Mean length of a sequence in tokens, at least 1.
    public var meanSampleTokens: Double {
        max(1, Double(tokens) / Double(max(1, samples)))
    }
}
