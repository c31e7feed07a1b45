import Diagnostics
import Tokenization

/// How sentence-transformers makes a text's vector from its tokens' last hidden states: what
/// `modules.json` and the files it names say.
public struct SentencePooling: Sendable, Equatable {
    /// The way from tokens to one vector.
    public enum Mode: String, CaseIterable, Sendable {
        /// The mean over all tokens.
        case mean
        /// The first token.
        case cls
        /// The largest number of each column.
        case max
        /// The sum over all tokens, divided by the root of their number.
        case scaledMean = "mean_sqrt_len_tokens"
        /// The mean over all tokens, the first of which counts once, the second twice, and so on.
        case weightedMean = "weightedmean"
        /// The last token.
        case lastToken = "lasttoken"
    }

    /// The way from tokens to one vector; the first of several.
    public var mode: Mode {
        get { modes.first ?? .mean }
        set { modes = [newValue] }
    }
    /// The ways from tokens to vectors, which stand one behind the other in the result.
    public internal(set) var modes: [Mode]
    /// What is done to the vector then, in this order.
    public internal(set) var layers: [SentenceLayer] = []
    /// Whether the vector is divided by its Euclidean norm, whatever is done to it besides.
    public var normalizes: Bool {
        get { layers.contains(.normalize) }
        set {
            layers.removeAll { $0 == .normalize }
            if newValue { layers.append(.normalize) }
        }
    }
    /// How many numbers of the vector are kept, in the end; nil for all.
    public internal(set) var dimensions: Int?
    /// The longest text in tokens, where the folder says so; longer ones are cut.
    public var maximumLength: Int?
    /// What is put in front of every text.
    public internal(set) var prompt = ""
    /// What the folder puts in front of texts of a kind, such as `query`, by its name.
    public var prompts: [String: String] = [:]
    /// Whether the letters of texts are made small.
    public internal(set) var lowercases = false
    /// Why the folder's own vectors cannot be made; nil if they can. `mode` is then not the
    /// folder's.
    public internal(set) var problem: InputError?
    /// Whether the tokens of a prompt take part in pooling.
    public internal(set) var includesPrompt = true

    /// A text as the encoder gets it.
    ///
    /// - Parameters:
    ///   - other: what is put in front of it in place of `prompt`.
    ///   - tokenizer: the model's, whose tokens in the text keep their letters.
    public func prepared(
        _ text: String, prompt other: String? = nil, tokenizer: Tokenizer? = nil
    ) -> String {
        let text = (other ?? prompt) + text
        guard lowercases else { return text }
        if let tokenizer { return tokenizer.lowercased(text) }
        // Letter by letter, as the tokenizers library does it.
        return text.unicodeScalars.reduce(into: "") { $0 += $1.properties.lowercaseMapping }
    }

    /// The numbers of a vector from states of so many columns, before `dimensions` cuts it.
    public func width(of columns: Int) -> Int {
        let dense = layers.compactMap { layer in
            if case .dense(let dense) = layer { dense.outputs } else { nil }
        }
        return dense.last ?? columns * modes.count
    }

    /// A pooling; without arguments the mean, which sentence-transformers uses for a folder that
    /// does not say.
    public init(mode: Mode = .mean, normalizes: Bool = false, maximumLength: Int? = nil) {
        modes = [mode]
        layers = normalizes ? [.normalize] : []
        self.maximumLength = maximumLength
    }
}
