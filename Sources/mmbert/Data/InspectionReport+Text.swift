import Preparation
import Reporting

extension InspectionReport {
    /// The report for people, with at most `limit` languages, or all if that is 0.
    func text(limit: Int) -> String {
        let facts = TextTable(columns: [.left, .left], rows: facts)
        var lines = [path] + facts.lines(indentation: 2)
        if let lengths { lines += Self.lines(of: lengths) }
        if let languages { lines += Self.table(languages, limit: limit) }
        for sample in shown { lines += ["", Self.line(of: sample)] }
        return lines.joined(separator: "\n")
    }

    /// What is known of all languages together: names and values.
    private var facts: [[String]] {
        var facts: [[String]] = []
        if let languages {
            let size = vocabulary.map { ", vocabulary \($0)" } ?? ""
            facts.append(["languages", "\(languages.count)\(size)"])
        }
        if let context { facts.append(["context", "\(context)"]) }
        let count = tokens.map { ", " + counted($0, "token") } ?? ""
        facts.append(["samples", "\(files.samples) in \(counted(files.shards, "shard"))\(count)"])
        if let heldOutSamples, let heldOutTokens {
            facts.append([
                "held out",
                "\(counted(heldOutSamples, "sample")), \(counted(heldOutTokens, "token"))",
            ])
        }
        facts += [
            ["columns", Self.list(files.columns, of: files.shards)],
            [
                "files",
                "\(decimalBytes(files.fileBytes)), \(decimalBytes(files.rawBytes)) decompressed",
            ],
            ["compression", Self.list(files.compressions, of: files.shards)],
            ["hashes", Self.list(files.hashes, of: files.shards)],
        ]
        if !unread.isEmpty {
            facts.append(["not read", "\(counted(unread.count, "source")) on web servers"])
        }
        if let lengths {
            facts.append([
                "lengths",
                """
                \(lengths.shortest) to \(lengths.longest) tokens, mean \
                \(decimal(lengths.mean, places: 1)), median \(lengths.median), nine in ten up \
                to \(lengths.p90)
                """,
            ])
        }
        return facts
    }

    /// Names, with how many shards have them where not all do.
    private static func list(_ counts: [String: Int], of shards: Int) -> String {
        guard !counts.isEmpty else { return "none" }
        return counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { name, count in
            count == shards ? name : "\(name) in \(counted(count, "shard"))"
        }.joined(separator: "; ")
    }

    /// A bar for each range of lengths.
    private static func lines(of lengths: Lengths) -> [String] {
        let most = lengths.buckets.map(\.samples).max() ?? 1
        let all = lengths.buckets.reduce(0) { $0 + $1.samples }
        let rows = lengths.buckets.map { bucket in
            [
                "\(bucket.from)–\(bucket.through)",
                percent(Double(bucket.samples) / Double(max(1, all)), places: 1),
                String(repeating: "█", count: 40 * bucket.samples / max(1, most)),
            ]
        }
        return TextTable(columns: [.right, .right, .left], rows: rows).lines(indentation: 4)
    }

    private static func table(_ languages: [Language], limit: Int) -> [String] {
        let shown = limit > 0 ? languages.prefix(limit) : languages[...]
        var table = TextTable(
            headings: ["source", "samples", "tokens", "share", "mean", "text", "held out"])
        for language in shown {
            table.add([
                language.name, "\(language.samples)", language.tokens.map(String.init) ?? "–",
                language.share.map { percent($0, places: 3) } ?? "–",
                language.meanTokens.map { decimal($0, places: 1) } ?? "–",
                language.bytes.map { decimalBytes($0) } ?? "–",
                language.heldOutSamples.map(String.init) ?? "–",
            ])
        }
        let rest = languages.count - shown.count
        return [""] + table.lines(indentation: 2)
            + (rest > 0 ? ["  … and \(rest) more (--limit 0 shows all)"] : [])
    }

    private static func line(of sample: Sample) -> String {
        let name = (sample.language.map { "\($0), " } ?? "") + "sample \(sample.number)"
        let ids = sample.ids.map(String.init).joined(separator: " ")
        let content =
            sample.text.map(printable)
            ?? ids + (sample.ids.count < sample.tokens ? " …" : "")
        return "  \(name), \(counted(sample.tokens, "token")): \(content)"
    }

    /// `text` in one line: a newline as ⏎, other control characters as the symbols that Unicode has
    /// for them, so that a terminal does not act on them.
    private static func printable(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x0a: result += "⏎"
            case 0..<0x20:
                result.unicodeScalars.append(Unicode.Scalar(0x2400 + scalar.value) ?? " ")
            case 0x7f..<0xa0: result += "\u{fffd}"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
