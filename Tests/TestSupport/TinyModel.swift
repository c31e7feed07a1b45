import Encoders

/// A model of four layers whose steps and files take no time.
public enum TinyModel {
    /// Four layers of 32 columns, the first of them global.
    public static func configuration(vocabularySize: Int = 96) -> ModernBERTConfiguration {
        ModernBERTConfiguration(
            vocabularySize: vocabularySize, hiddenSize: 32, intermediateSize: 24, layerCount: 4,
            headCount: 2
        ) { ($0.maximumPositions, $0.localAttention, $0.localRotaryBase) = (64, 8, 10_000) }
    }

    /// One with initial weights.
    public static func make(seed: UInt64, vocabularySize: Int = 96) -> MaskedLanguageModel {
        MaskedLanguageModel(
            configuration: configuration(vocabularySize: vocabularySize), seed: seed)
    }
}
