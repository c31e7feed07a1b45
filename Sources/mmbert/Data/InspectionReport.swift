import Formats
import Foundation
import Preparation

/// What `mmbert data inspect` shows.
struct InspectionReport: Encodable {
    /// A sample as text.
    struct Sample: Encodable {
        var language: String?
        var number: Int
        var tokens: Int
        /// The first ones, or all.
        var ids: [Int32]
        /// Its beginning, nil without a tokenizer.
        var text: String?
    }

    /// A row of the table of sources; what is not known without a manifest, or without reading
    /// samples, is nil.
    struct Language: Encodable {
        var language: String
        var name: String
        var samples: Int
        var tokens: Int?
        /// Of the tokens of all sources.
        var share: Double?
        var meanTokens: Double?
        var documents: Int?
        var bytes: Int?
        var heldOutSamples: Int?
    }

    /// Lengths of the samples, in tokens.
    struct Lengths: Encodable {
        var shortest: Int
        var median: Int
        var mean: Double
        var p90: Int
        var longest: Int
        var buckets: [LengthHistogram.Bucket]
    }

    var path: String
    var tokens: Int?
    var files: ShardSurvey.Files
    var lengths: Lengths?
    var vocabulary: Int?
    var context: Int?
    var heldOutSamples: Int?
    var heldOutTokens: Int?
    var languages: [Language]?
    /// Sources on web servers, which were not read.
    var unread: [String]
    var shown: [Sample]

    /// The report on `data`, whose sources in the order of the table are `sources`; nil for a
    /// single folder of shards.
    init(
        path: String, data: ShardedData, survey: ShardSurvey, hasLengths: Bool,
        sources: [DataManifest.Source]?, samples: [Sample]
    ) throws {
        self.path = path
        files = survey.files
        shown = samples
        unread = try data.remoteSources
        if hasLengths {
            let histogram = survey.lengths
            tokens = histogram.tokens
            lengths = Lengths(
                shortest: histogram.shortest, median: histogram.quantile(0.5),
                mean: histogram.mean, p90: histogram.quantile(0.9), longest: histogram.longest,
                buckets: histogram.buckets)
        }
        guard let sources else { return }
        let total = sources.reduce(0) { $0 + $1.tokens }
        guard case .manifest(let manifest) = data else {
            languages = sources.map { Language(counted: $0, tokens: hasLengths ? total : nil) }
            return
        }
        vocabulary = manifest.vocabulary
        context = manifest.context
        heldOutSamples = sources.reduce(0) { $0 + ($1.heldOut?.samples ?? 0) }
        heldOutTokens = sources.reduce(0) { $0 + ($1.heldOut?.tokens ?? 0) }
        tokens = unread.isEmpty ? tokens ?? total : total
        languages = sources.map { source in
            var language = Language(counted: source, tokens: total)
            language.documents = source.documents
            language.bytes = source.bytes
            language.heldOutSamples = source.heldOut?.samples ?? 0
            return language
        }
    }
}

extension InspectionReport.Language {
    /// What is counted of `source`; `tokens` are those of all sources, nil if they were not read.
    fileprivate init(counted source: DataManifest.Source, tokens total: Int?) {
        language = source.language
        name = source.name
        samples = source.samples
        guard let total else { return }
        tokens = source.tokens
        share = Double(source.tokens) / Double(max(1, total))
        meanTokens = Double(source.tokens) / Double(max(1, source.samples))
    }
}
