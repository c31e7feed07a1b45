import Diagnostics
import Formats
import Foundation

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

    /// A pooling; without arguments the mean, which sentence-transformers uses for a folder that
    /// does not say.
    public init(mode: Mode = .mean, normalizes: Bool = false, maximumLength: Int? = nil) {
        (self.mode, self.normalizes, self.maximumLength) = (mode, normalizes, maximumLength)
    }
}
