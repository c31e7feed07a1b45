import Diagnostics
import LabelledText
import Measures
import Reporting

/// Pairs of sentences by id: translations, or pairs that were found with a score.
struct PairFile {
    /// A pair.
    struct Pair {
        var ids: [[UInt8]]
        var score: Double
    }

    private(set) var pairs: [Pair] = []

    /// Reads lines of two ids, with a score before them where `hasScores`, separated by tabs. A
    /// pair that comes again counts once, by its first score.
    init(_ path: String, hasScores: Bool) throws {
        var seen: Set<[[UInt8]]> = []
        var lines = try TextLines(path: path)
        while let line = try lines.nextWithText() {
            let columns = line.text.split(separator: "\t").map(\.trimmed)
            let location = lines.location(line.number)
            guard columns.count == (hasScores ? 3 : 2) else {
                throw InputError(
                    at: location,
                    expected: hasScores ? "a score and two ids" : "two ids",
                    found: counted(columns.count, "column"),
                    remedy: "Separate the columns by tabs.")
            }
            guard let score = hasScores ? Double(columns[0]) : 0, score.isFinite else {
                throw InputError(
                    at: location, expected: "a finite score", found: "“\(columns[0])”",
                    remedy: "Correct the line.")
            }
            let ids = columns.suffix(2).map { Array($0.utf8) }
            if seen.insert(ids).inserted { pairs.append(Pair(ids: ids, score: score)) }
        }
        guard !pairs.isEmpty else {
            throw InputError(
                at: path, expected: "a pair of ids on each line", found: "none",
                remedy: "Check the path.")
        }
    }

    /// These pairs, beside those that are translations.
    func mined(translations: PairFile) -> MinedPairs {
        let right = Set(translations.pairs.map(\.ids))
        return MinedPairs(
            pairs.map { (right.contains($0.ids), $0.score) }, translations: right.count)
    }
}
