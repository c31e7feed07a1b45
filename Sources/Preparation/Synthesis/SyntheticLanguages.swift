import Diagnostics
import Formats
import Foundation
import Host

/// As many made-up languages as asked, related in families, from large to small: what the
/// quickstart and the tests train on where there is no other text.
///
/// Everything is a function of the seed: the world that all languages talk about, the ancestors of
/// the families, what becomes of them, and every document.
public struct SyntheticLanguages: Sendable {
    /// The most languages: every code in private use, in every script.
    public static let mostLanguages = 2000

    /// The languages, largest first.
    public let languages: [SyntheticLanguage]

    private let seed: UInt64
    private let world: World
    /// What part of all text each language gets, in any unit.
    private let weights: [Double]

    /// A language as it was written.
    public struct Written: Sendable, Codable, Equatable {
        /// The code, such as `qaa_Latn`.
        public var code: String
        /// The language's and its family's names.
        public var name: String
        /// The family's name.
        public var family: String
        /// The branch within the family.
        public var branch: Int
        /// The grammar in a few words.
        public var grammar: String
        /// Documents and bytes of text.
        public var documents: Int
        /// Bytes of text.
        public var bytes: Int
    }

    /// Makes up languages.
    ///
    /// - Precondition: `count` is in `1...mostLanguages`.
    public init(count: Int, seed: UInt64) {
        let last = Double(max(1, count - 1))
        self.init(
            seed: seed,
            weights: (0..<count).map {
                pow(Double(count), -1.25 * (Double($0) / last).squareRoot())
            })
    }

    /// Makes up a language for each of `sources`, called as it is and as large in proportion.
    ///
    /// - Precondition: from 1 to `mostLanguages` sources with different names.
    public init(like sources: [(name: String, tokens: Int)], seed: UInt64) {
        let sources = sources.sorted { ($1.tokens, $0.name) < ($0.tokens, $1.name) }
        self.init(
            seed: seed, weights: sources.map { Double($0.tokens) }, names: sources.map(\.name))
    }

    private init(seed: UInt64, weights: [Double], names: [String] = []) {
        precondition(
            (1...Self.mostLanguages).contains(weights.count),
            "SyntheticLanguages: \(weights.count) languages")
        self.seed = seed
        self.weights = weights
        world = World(seed: seed)
        var languages = FamilyTree(seed: seed, languageCount: weights.count).languages
        for (index, name) in names.enumerated() { languages[index].code = name }
        self.languages = languages
    }

    /// Bytes of text for each language when all have `total`: by rank r of N the size falls as
    /// N^(−1.25 √(r / (N − 1))), which is how FineWeb2's 1,900 languages fall over most of their
    /// range, compressed for fewer languages; or in proportion to the sources that are imitated.
    public func sizes(total: Int) -> [Int] {
        let sum = weights.reduce(0, +)
        return weights.map { Int(Double(total) * $0 / sum) }
    }

    /// Documents of a language, one after another without end.
    public func documents(of language: SyntheticLanguage) -> some Sequence<[UInt8]> {
        var storyteller = Storyteller(language, world: world, seed: seed)
        return AnyIterator { storyteller.document() }
    }

    /// The name of the file that describes the languages, beside their text.
    static let descriptionName = "languages.json"

    /// Writes `CODE.jsonl.zst` for every language, and `languages.json`, which describes them, into
    /// a folder that must not exist yet.
    ///
    /// - Parameters:
    ///   - bytes: text of all languages together; each gets at least one document.
    ///   - threads: threads that write; the files do not depend on it.
    /// - Throws: `InputError` where the folder cannot be written.
    public func write(bytes: Int, to output: String, threads: Int) throws -> [Written] {
        let sizes = sizes(total: bytes)
        return try AtomicFolder.write(to: output) { folder in
            let written = try concurrently(sizes.count, threads: threads) { index in
                try write(languages[index], bytes: sizes[index], to: folder)
            }
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
            try OutputFile.write(
                [UInt8](encoder.encode(written)) + [0x0a],
                to: Folder.join(folder, Self.descriptionName))
            return written
        }
    }

    private func write(
        _ language: SyntheticLanguage, bytes: Int, to folder: String
    ) throws -> Written {
        var written = Written(
            code: language.code, name: language.name, family: language.family,
            branch: language.branch, grammar: language.grammarSummary, documents: 0, bytes: 0)
        let file = try OutputFile(path: Folder.join(folder, "\(language.code).jsonl.zst"))
        let compressor = try ZstdWriter(file: file)
        var lines: [UInt8] = []
        for document in documents(of: language) {
            appendLine(document, to: &lines)
            written.documents += 1
            written.bytes += document.count
            let isLast = written.bytes >= bytes
            if isLast || lines.count > 1 << 18 {
                try compressor.write(lines)
                lines.removeAll(keepingCapacity: true)
            }
            if isLast { break }
        }
        try compressor.finish()
        try file.finish(synchronized: false)
        return written
    }

    /// Made-up text needs no escapes but newlines.
    private func appendLine(_ document: [UInt8], to lines: inout [UInt8]) {
        lines.append(contentsOf: #"{"text": ""#.utf8)
        for byte in document {
            if byte == 0x0a {
                lines.append(contentsOf: [0x5c, 0x6e])
            } else {
                lines.append(byte)
            }
        }
        lines.append(contentsOf: "\"}\n".utf8)
    }
}

extension OutputFile {
    fileprivate static func write(_ bytes: [UInt8], to path: String) throws {
        let file = try OutputFile(path: path)
        try file.write(bytes)
        try file.finish(synchronized: false)
    }
}
