/// What `mmbert bench loader` measured.
public struct LoaderReport: Encodable, Sendable {
    /// Sources that were mixed.
    public var sources: Int
    /// Threads, each with a lane of its own.
    public var threads: Int
    /// The longest sequence in tokens.
    public var context: Int
    /// The most tokens of a microbatch.
    public var microbatchTokens: Int
    /// Until the first microbatch, manifest and indexes included.
    public var startSeconds: Double
    /// Tokens that were read.
    public var tokens: Int
    /// Samples that were read.
    public var samples: Int
    /// Microbatches they filled.
    public var microbatches: Int
    /// Seconds of reading, from the first microbatch on.
    public var seconds: Double
    /// Tokens read in a second, all threads together.
    public var tokensPerSecond: Double
    /// Share of the microbatches' room that held tokens.
    public var packing: Double
    /// Share of all tokens that were scored.
    public var scored: Double
    /// Until the first microbatch of a lane restored inside every source: the slowest of nine
    /// places, a tenth, two tenths … of the way through, which lie anywhere in shards.
    public var resumeSeconds: Double
    /// The largest of the shares' relative deviations from what is expected of the samples
    /// drawn, of sources that should give at least a thousandth.
    public var largestDeviation: Double
    /// Sources that should give at least a thousandth of the samples.
    public var sourcesInDeviation: Int
    /// How often the source that was read most often was read through.
    public var mostEpochs: Double
    /// The most that a source gave beyond its cap and one sample, since samples are whole, as a
    /// share of the cap; nil without one. It is not 0, as the run ends by tokens, whose number
    /// in so many samples varies.
    public var excessOverCap: Double?
    /// Most resident memory of the process.
    public var residentMegabytes: Double?
}
