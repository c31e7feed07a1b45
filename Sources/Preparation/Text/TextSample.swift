import Diagnostics
import Foundation
import Tokenization

/// What a tokenizer is trained on: the words of a sample that is balanced over languages.
///
/// A language with n bytes of text gives a share proportional to n^temperature of the sample, and
/// never more than it has; what small languages cannot give is shared among the others in the same
/// proportions. Words are counted as text is read, so that memory grows with the number of
/// different words only.
public struct TextSample: Sendable {
    /// What a language has and gives.
    public struct Share: Sendable, Equatable, Codable {
        /// The language's code.
        public var language: String
        /// Bytes of text in the input.
        public var bytes: Int
        /// Bytes of text in the sample.
        public var sampledBytes: Int
    }

    /// How far reading is.
    public struct Progress: Sendable {
        /// Whether text is being measured first, because not all of it is taken.
        public internal(set) var isMeasuring = false
        /// Bytes of input files that were read, as they are on disk.
        public internal(set) var fileBytes = 0
        /// Their size, nil when an input is a pipe.
        public internal(set) var totalFileBytes: Int?
        /// Bytes of text that were read.
        public internal(set) var textBytes = 0
    }

    /// The words of the sample.
    public private(set) var words = WordCounts()
    /// Per language, in the order of the sources.
    public private(set) var shares: [Share] = []
    /// What was read and what was passed over.
    public private(set) var report = ReadingReport()

    /// Reads all sources, and once more where they have more text than the sample: to measure them,
    /// and to take every n-th line of each.
    ///
    /// - Parameters:
    ///   - bytes: the size of the sample; if nil, a tenth of the text, but within `usualSizes`.
    ///   - temperature: 1 for shares as they are, 0 for equal shares.
    ///   - threads: how many sources are read at the same time; the result does not depend on it.
    ///   - progress: called from any thread, one call at a time.
    /// - Throws: `InputError` for files that cannot be read, and for a pipe with more text than the
    ///   sample, as it cannot be read twice.
    public init(
        of sources: [TextSource], bytes: Int?, temperature: Double, threads: Int = 1,
        progress: @escaping @Sendable (Progress) -> Void = { _ in }
    ) throws {
        let all = SampleReading(
            sources, threads: threads, limit: bytes ?? Self.usualSizes.lowerBound, progress)
        let found = try all.read(fractions: sources.map { _ in 1 })
        for (source, found) in zip(sources, found) {
            shares.append(
                Share(
                    language: source.language, bytes: found.report.bytes,
                    sampledBytes: found.taken))
            report.add(found.report)
        }
        if let words = all.words() {
            self.words = words
            return
        }
        let size = bytes ?? Self.usualSize(of: report.bytes)
        for source in sources where source.paths.contains("-") {
            throw InputError(
                at: source.language,
                expected: "at most \(size) bytes of text, the whole sample, from a pipe",
                found: "\(report.bytes) bytes",
                remedy: "Ask for a larger --sample, or write the text to a file first.")
        }
        let quotas = Self.quotas(of: shares.map(\.bytes), total: size, temperature: temperature)
        let part = SampleReading(sources, threads: threads, limit: .max, progress)
        let taken = try part.read(
            fractions: zip(quotas, shares).map { $1.bytes > 0 ? $0 / Double($1.bytes) : 0 })
        for (place, found) in taken.enumerated() { shares[place].sampledBytes = found.taken }
        words = part.words() ?? words
    }

    /// The sizes of samples that are not asked for by their size.
    public static let usualSizes = 10_000_000...1_000_000_000

    /// A tenth of the text, so that temperatures have an effect, within `usualSizes`.
    package static func usualSize(of bytes: Int) -> Int {
        max(usualSizes.lowerBound, min(bytes / 10, usualSizes.upperBound))
    }

    /// Hands the words over, so that they are in memory once while pieces are learned.
    public mutating func takeWords() -> WordCounts {
        let taken = words
        words = WordCounts()
        return taken
    }

    /// Cuts a line that is too long for the trainer, at spaces where there are any.
    package static func pieces(of line: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
        var pieces: [ArraySlice<UInt8>] = []
        var rest = line
        while rest.count > TokenizerTraining.longestLine {
            let head = rest.prefix(TokenizerTraining.longestLine)
            let space = head.dropFirst().lastIndex(of: 0x20)
            let cut = space ?? head.lastIndex { $0 & 0xc0 != 0x80 } ?? head.endIndex
            pieces.append(rest[..<cut])
            rest = rest[cut...]
        }
        return rest.isEmpty ? pieces : pieces + [rest]
    }

    /// Shares of `total` in proportion to sizes^temperature, none above its size.
    package static func quotas(of sizes: [Int], total: Int, temperature: Double) -> [Double] {
        var quotas = sizes.map(Double.init)
        guard sizes.reduce(0, +) > total else { return quotas }
        var open = sizes.indices.filter { sizes[$0] > 0 }
        var left = Double(total)
        while !open.isEmpty {
            let weights = open.map { pow(Double(sizes[$0]), temperature) }
            let scale = left / weights.reduce(0, +)
            let full = zip(open, weights).filter { scale * $1 >= Double(sizes[$0]) }.map(\.0)
            if full.isEmpty {
                for (index, weight) in zip(open, weights) { quotas[index] = scale * weight }
                break
            }
            left -= full.reduce(0) { $0 + Double(sizes[$1]) }
            open.removeAll(where: Set(full).contains)
        }
        return quotas
    }
}
