import Formats

/// The token shards of one language (or of any other part of a mixture): an MDS folder, here or at
/// a web server.
public struct StreamSource: Sendable, Equatable {
    /// Name of the language, such as `deu_Latn`.
    public let language: String
    /// Name of the source, its language's unless there are several; it keys the reading order.
    public let name: String
    /// Where the folder is that holds `index.json`.
    public let place: ShardPlace
    /// Number of token sequences in the folder.
    public let samples: Int
    /// Number of tokens in the folder.
    public let tokens: Int

    /// A source as a manifest describes it.
    public init(
        language: String, name: String? = nil, place: ShardPlace, samples: Int, tokens: Int
    ) {
        self.language = language
        self.name = name ?? language
        self.place = place
        self.samples = samples
        self.tokens = tokens
    }

    /// A source in a folder of this machine.
    public init(
        language: String, name: String? = nil, folder: String, samples: Int, tokens: Int
    ) {
        self.init(
            language: language, name: name, place: .folder(folder), samples: samples,
            tokens: tokens)
    }

    /// Whether the folder is at a web server.
    public var isRemote: Bool {
        if case .remote = place { true } else { false }
    }

    /// Mean length of a sequence in tokens, at least 1.
    public var meanSampleTokens: Double {
        max(1, Double(tokens) / Double(max(1, samples)))
    }
}
