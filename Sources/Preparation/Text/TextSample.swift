import Foundation
import Tokenization

/// Lines for training a tokenizer: a sample that is balanced over languages.
///
/// A language with n bytes of text gives a share proportional to n^temperature of the sample, and
/// never more than it has; what small languages cannot give is shared among the others in the same
/// proportions.
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

    /// Lines of UTF-8 without newlines, none longer than the trainer takes.
    public private(set) var lines: [[UInt8]] = []
    /// Per language, in the order of the sources.
    public private(set) var shares: [Share] = []
    /// What was read and what was passed over.
    public private(set) var report = ReadingReport()

    /// Reads all sources twice: to measure them, and to take every n-th line of each.
    ///
    /// - Parameters:
    ///   - bytes: the size of the sample.
    ///   - temperature: 1 for shares as they are, 0 for equal shares.
    /// - Throws: `InputError` for files that cannot be read.
    public init(of sources: [TextSource], bytes: Int, temperature: Double) throws {
        for source in sources {
            var reader = DocumentReader(source)
            while try reader.next() != nil {}
            shares.append(
                Share(language: source.language, bytes: reader.report.bytes, sampledBytes: 0))
            report.add(reader.report)
        }
        let quotas = Self.quotas(
            of: shares.map(\.bytes), total: bytes, temperature: temperature)
        for (index, source) in sources.enumerated() where shares[index].bytes > 0 {
            let fraction = quotas[index] / Double(shares[index].bytes)
            shares[index].sampledBytes = try take(fraction, of: source)
        }
    }

    /// Takes lines evenly: a line is taken whenever the bytes due exceed those taken by half of it.
    private mutating func take(_ fraction: Double, of source: TextSource) throws -> Int {
        var reader = DocumentReader(source)
        var due = 0.0
        var taken = 0
        while let document = try reader.next() {
            for line in document.split(separator: 0x0a) {
                for piece in Self.pieces(of: line) {
                    due += fraction * Double(piece.count)
                    guard due >= Double(taken) + Double(piece.count) / 2 else { continue }
                    taken += piece.count
                    lines.append(Array(piece))
                }
            }
        }
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
