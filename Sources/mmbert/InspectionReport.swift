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

    /// A line of the table of languages.
    struct Language: Encodable {
        var language: String
        var name: String
        var samples: Int
        var tokens: Int
        /// Of the tokens of all languages.
        var share: Double
        var meanTokens: Double
        var documents: Int
        var bytes: Int
        var heldOutSamples: Int
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
    /// Sources at web servers, which were not read.
    var unread: [String]
    var shown: [Sample]

    init(
        path: String, data: ShardedData, survey: ShardSurvey, hasLengths: Bool,
        order: DataInspectCommand.Order, samples: [Sample]
    ) {
        self.path = path
        files = survey.files
        shown = samples
        unread = data.remoteSources
        if hasLengths {
            let histogram = survey.lengths
            tokens = histogram.tokens
            lengths = Lengths(
                shortest: histogram.shortest, median: histogram.quantile(0.5),
                mean: histogram.mean, p90: histogram.quantile(0.9), longest: histogram.longest,
                buckets: histogram.buckets)
        }
        guard case .manifest(let manifest) = data else { return }
        vocabulary = manifest.vocabulary
        context = manifest.context
        heldOutSamples = manifest.sources.reduce(0) { $0 + ($1.heldOut?.samples ?? 0) }
        heldOutTokens = manifest.sources.reduce(0) { $0 + ($1.heldOut?.tokens ?? 0) }
        let total = manifest.sources.reduce(0) { $0 + $1.tokens }
        tokens = unread.isEmpty ? tokens ?? total : total
        languages = order.sorted(manifest.sources).map { source in
            Language(
                language: source.language, name: source.name, samples: source.samples,
                tokens: source.tokens,
                share: Double(source.tokens) / Double(max(1, total)),
                meanTokens: Double(source.tokens) / Double(max(1, source.samples)),
                documents: source.documents, bytes: source.bytes,
                heldOutSamples: source.heldOut?.samples ?? 0)
        }
    }
}

extension InspectionReport {
    /// The report for people, with at most `limit` languages, or all if that is 0.
    func text(limit: Int) -> String {
        var lines = [path]
        if let languages, let vocabulary, let context {
            lines.append("  languages    \(languages.count), vocabulary \(vocabulary)")
            lines.append("  context      \(context)")
        }
        lines.append(
            "  samples      \(files.samples) in \(files.shards) \(files.shards == 1 ? "shard" : "shards")"
                + (tokens.map { ", \($0) tokens" } ?? ""))
        if let heldOutSamples, let heldOutTokens {
            lines.append("  held out     \(heldOutSamples) samples, \(heldOutTokens) tokens")
        }
        lines.append("  columns      \(Self.list(files.columns, of: files.shards))")
        lines.append(
            "  files        \(ByteCount(files.fileBytes)), "
                + "\(ByteCount(files.rawBytes)) decompressed")
        lines.append("  compression  \(Self.list(files.compressions, of: files.shards))")
        lines.append("  hashes       \(Self.list(files.hashes, of: files.shards))")
        if !unread.isEmpty {
            lines.append("  not read     \(unread.count) sources at web servers")
        }
        if let lengths { lines += Self.lines(of: lengths) }
        if let languages { lines += Self.table(languages, limit: limit) }
        for sample in shown { lines += ["", Self.line(of: sample)] }
        return lines.joined(separator: "\n")
    }

    /// Names, with how many shards have them where not all do.
    private static func list(_ counts: [String: Int], of shards: Int) -> String {
        guard !counts.isEmpty else { return "none" }
        return counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { name, count in
            count == shards ? name : "\(name) in \(count) shards"
        }.joined(separator: "; ")
    }

    private static func lines(of lengths: Lengths) -> [String] {
        let most = lengths.buckets.map(\.samples).max() ?? 1
        let all = lengths.buckets.reduce(0) { $0 + $1.samples }
        let head = String(
            format: "  lengths      %d to %d tokens, mean %.1f, median %d, nine in ten up to %d",
            lengths.shortest, lengths.longest, lengths.mean, lengths.median, lengths.p90)
        return [head]
            + lengths.buckets.map { bucket in
                let range = Self.pad("\(bucket.from)–\(bucket.through)", to: 13, left: true)
                let bar = String(repeating: "█", count: 40 * bucket.samples / max(1, most))
                let share = 100 * Double(bucket.samples) / Double(max(1, all))
                return
                    "\(range)  \(pad(String(format: "%.1f %%", share), to: 7, left: true))  \(bar)"
            }
    }

    private static func table(_ languages: [Language], limit: Int) -> [String] {
        let shown = limit > 0 ? languages.prefix(limit) : languages[...]
        let head = ["source", "samples", "tokens", "share", "mean", "text", "held out"]
        let rows = shown.map { language in
            [
                language.name, "\(language.samples)", "\(language.tokens)",
                String(format: "%.3f %%", 100 * language.share),
                String(format: "%.1f", language.meanTokens), "\(ByteCount(language.bytes))",
                "\(language.heldOutSamples)",
            ]
        }
        let widths = head.indices.map { column in
            ([head] + rows).map { $0[column].count }.max() ?? 0
        }
        let lines = ([head] + rows).map { row in
            "  "
                + zip(row, widths).enumerated().map { column, cell in
                    pad(cell.0, to: cell.1, left: column > 0)
                }.joined(separator: "  ")
        }
        let rest = languages.count - shown.count
        return [""] + lines + (rest > 0 ? ["  … and \(rest) more (--limit 0 shows all)"] : [])
    }

    private static func line(of sample: Sample) -> String {
        let name = (sample.language.map { "\($0), " } ?? "") + "sample \(sample.number)"
        let ids = sample.ids.map(String.init).joined(separator: " ")
        let content =
            sample.text.map { $0.replacingOccurrences(of: "\n", with: "⏎") }
            ?? ids + (sample.ids.count < sample.tokens ? " …" : "")
        return "  \(name), \(sample.tokens) tokens: \(content)"
    }

    private static func pad(_ text: String, to width: Int, left: Bool) -> String {
        let spaces = String(repeating: " ", count: max(0, width - text.count))
        return left ? spaces + text : text + spaces
    }
}
