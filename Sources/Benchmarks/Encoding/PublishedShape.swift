import Encoders

/// Published models whose speed is compared; weights do not change it.
public enum PublishedShape: String, CaseIterable, Sendable {
    /// mmBERT base (Marone et al., 2025).
    case mmBERTBase = "mmbert-base"
    /// mmBERT small.
    case mmBERTSmall = "mmbert-small"
    /// XLM-RoBERTa base (Conneau et al., 2020).
    case xlmRoBERTaBase = "xlm-r-base"
    /// Multilingual MiniLM-L12-H384 (Wang et al., 2020).
    case miniLM = "minilm"

    /// The model's shape.
    public var configuration: any EncoderConfiguration {
        switch self {
        case .mmBERTBase: ModernBERTConfiguration.mmBERTBase
        case .mmBERTSmall: ModernBERTConfiguration.mmBERTSmall
        case .xlmRoBERTaBase: PostNormConfiguration.xlmRobertaBase
        case .miniLM: PostNormConfiguration.multilingualMiniLM
        }
    }
}
