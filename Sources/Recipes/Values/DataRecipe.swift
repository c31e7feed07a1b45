import Curriculum

/// What a phase reads.
public struct DataRecipe: Sendable, Equatable {
    /// The parts of the mixture, at least one. Without `groups` in the recipe it is one without a
    /// name that gets all tokens.
    public var groups: [DataGroup]
    /// Whether a shard is compared with the hashes in its index when it is first read.
    public var verifiesHashes: Bool

    /// The one group of a recipe without `groups`.
    public var onlyGroup: DataGroup? {
        groups.count == 1 && groups[0].name == nil ? groups[0] : nil
    }
}

/// A part of a mixture: sources that share a fixed part of the phase's tokens.
public struct DataGroup: Sendable, Equatable {
    /// Its name, nil in a recipe without groups.
    public var name: String?
    /// Its share of the phase's tokens, in any unit: shares are divided by their sum.
    public var share: Double
    /// The manifest, as `mmbert data build` writes it.
    public var manifest: String
    /// Which of the manifest's sources.
    public var languages: LanguageSelection
    /// Whether listed languages that the manifest lacks are left out instead of being an error.
    public var skipsMissingLanguages: Bool
    /// How its tokens are divided among its sources over the phase.
    public var sampling: SamplingSchedule
    /// How often a source may be read through in the phase; nil for no limit.
    public var maxEpochs: Double?
    /// How its languages come in one by one; nil where all are there from the beginning.
    public var entry: LanguageEntry?
    /// Fixed shares of single languages, in the recipe's order; temperature deals the rest. Empty
    /// in a group with a name.
    public var proportions: [Proportion]

    /// A language with a fixed share.
    public struct Proportion: Sendable, Equatable {
        /// Its code.
        public var language: String
        /// Its share of the phase's tokens.
        public var share: Double
    }
}

/// Sources of a manifest.
public enum LanguageSelection: Sendable, Equatable {
    /// Every one.
    case all
    /// Those of the `n` languages with the most tokens.
    case largest(Int)
    /// Those of the languages with these codes.
    case listed([String])
    /// Those with these names.
    case named([String])
}
