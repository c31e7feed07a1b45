import Foundation
import Preparation

extension InspectionReport {
    /// The report for people, with at most `limit` languages, or all if that is 0.
    func text(limit: Int) -> String {
        var lines = [path]
        if let languages {
            lines.append(
                "  languages    \(languages.count)"
                    + (vocabulary.map { ", vocabulary \($0)" } ?? ""))
        }
        if let context { lines.append("  context      \(context)") }
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
        var table = TextTable(
            columns: [.left] + Array(repeating: .right, count: 6),
            rows: [["source", "samples", "tokens", "share", "mean", "text", "held out"]])
        for language in shown {
            table.rows.append([
                language.name, "\(language.samples)", language.tokens.map(String.init) ?? "–",
                language.share.map { "\(decimal(100 * $0, 3)) %" } ?? "–",
                language.meanTokens.map { decimal($0, 1) } ?? "–",
                language.bytes.map { "\(ByteCount($0))" } ?? "–",
                language.heldOutSamples.map(String.init) ?? "–",
            ])
        }
        let rest = languages.count - shown.count
        let lines = table.text.split(separator: "\n").map { "  \($0)" }
        return [""] + lines + (rest > 0 ? ["  … and \(rest) more (--limit 0 shows all)"] : [])
    }

    private static func line(of sample: Sample) -> String {
        let name = (sample.language.map { "\($0), " } ?? "") + "sample \(sample.number)"
        let ids = sample.ids.map(String.init).joined(separator: " ")
        let content =
            sample.text.map(printable)
            ?? ids + (sample.ids.count < sample.tokens ? " …" : "")
        return "  \(name), \(sample.tokens) tokens: \(content)"
    }

    /// `text` in one line: a newline as ⏎, other control characters as the symbols that Unicode has
    /// for them, so that a terminal obeys none.
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

    private static func pad(_ text: String, to width: Int, left: Bool) -> String {
        let spaces = String(repeating: " ", count: max(0, width - text.count))
        return left ? spaces + text : text + spaces
    }
}
