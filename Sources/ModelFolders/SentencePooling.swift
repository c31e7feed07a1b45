import Diagnostics

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
    }

    /// The way from tokens to one vector.
    public var mode: Mode
    /// Whether the vector is divided by its Euclidean norm.
    public var normalizes: Bool
    /// The longest text in tokens, where the folder says so; longer ones are cut.
    public var maximumLength: Int?
    /// What is put in front of every text.
    public internal(set) var prompt = ""
    /// What the folder puts in front of texts of a kind, such as `query`, by its name.
    public internal(set) var prompts: [String: String] = [:]
    /// Whether the letters of texts are made small.
    public internal(set) var lowercases = false
    /// Why the folder's own vectors cannot be made; nil if they can. `mode` is then not the
    /// folder's.
    public internal(set) var problem: InputError?
    /// Whether the tokens of `prompt` take part in pooling.
    public internal(set) var includesPrompt = true

    /// A text as the encoder gets it.
    ///
    /// - Parameter other: what is put in front of it in place of `prompt`.
    public func prepared(_ text: String, prompt other: String? = nil) -> String {
        let text = (other ?? prompt) + text
        guard lowercases else { return text }
        // Letter by letter, as the tokenizers library does it.
        return text.unicodeScalars.reduce(into: "") { $0 += $1.properties.lowercaseMapping }
    }

    /// A pooling; without arguments the mean, which sentence-transformers uses for a folder that
    /// does not say.
    public init(mode: Mode = .mean, normalizes: Bool = false, maximumLength: Int? = nil) {
        (self.mode, self.normalizes, self.maximumLength) = (mode, normalizes, maximumLength)
    }
}
