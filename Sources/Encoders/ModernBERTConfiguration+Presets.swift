extension ModernBERTConfiguration {
    /// mmBERT base: 307,786,240 parameters with the head (Marone et al. 2025).
    public static let mmBERTBase = ModernBERTConfiguration(
        vocabularySize: 256_000, hiddenSize: 768, intermediateSize: 1152, layerCount: 22,
        headCount: 12)

    /// mmBERT small: 140,897,536 parameters with the head (Marone et al. 2025).
    public static let mmBERTSmall = ModernBERTConfiguration(
        vocabularySize: 256_000, hiddenSize: 384, intermediateSize: 1152, layerCount: 22,
        headCount: 6)

    /// Not published: 5,452,800 parameters with the head, to try a recipe in minutes.
    public static let mini = ModernBERTConfiguration(
        vocabularySize: 8192, hiddenSize: 256, intermediateSize: 384, layerCount: 6, headCount: 4)

    /// ModernBERT base, English (Warner et al. 2024).
    public static let modernBERTBase = english(
        hiddenSize: 768, intermediateSize: 1152, layerCount: 22, headCount: 12)

    /// ModernBERT large, English (Warner et al. 2024).
    public static let modernBERTLarge = english(
        hiddenSize: 1024, intermediateSize: 2624, layerCount: 28, headCount: 16)

    /// Every preset under the name that recipes use, in the order in which to list them.
    public static let presets: [(name: String, configuration: ModernBERTConfiguration)] = [
        ("mmbert-base", .mmBERTBase), ("mmbert-small", .mmBERTSmall),
        ("modernbert-base", .modernBERTBase), ("modernbert-large", .modernBERTLarge),
        ("mini", .mini),
    ]

    /// The preset of that name, or nil.
    public static func preset(named name: String) -> ModernBERTConfiguration? {
        presets.first { $0.name == name }?.configuration
    }

    private static func english(
        hiddenSize: Int, intermediateSize: Int, layerCount: Int, headCount: Int
    ) -> ModernBERTConfiguration {
        ModernBERTConfiguration(
            vocabularySize: 50_368, hiddenSize: hiddenSize, intermediateSize: intermediateSize,
            layerCount: layerCount, headCount: headCount
        ) {
            $0.localRotaryBase = 10_000
            ($0.unknownTokenID, $0.padTokenID, $0.maskTokenID) = (50_280, 50_283, 50_284)
            ($0.bosTokenID, $0.clsTokenID) = (50_281, 50_281)
            ($0.eosTokenID, $0.sepTokenID) = (50_282, 50_282)
        }
    }
}
