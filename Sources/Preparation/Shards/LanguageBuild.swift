import Formats
import Host
import Randomness
import Tokenization

/// Turns the text of one language into shards, for training and held out.
struct LanguageBuild {
    private typealias Document = (number: UInt64, ids: [Int32])

    private let source: TextSource
    private let builder: ShardBuilder
    private let folder: String
    private let generator: CounterGenerator
    private var training: SampleSorter
    private var heldOut: SampleSorter
    private var selection: HeldOutSelection<Document>

    /// Text is read and encoded in rounds of about this many bytes.
    private static let roundSize = 1 << 21
    /// A round is encoded in batches of about this many bytes.
    private static let batchSize = 1 << 17

    /// A build of `source` into folders below `folder`.
    init(_ source: TextSource, builder: ShardBuilder, folder: String) {
        self.source = source
        self.builder = builder
        self.folder = folder
        generator = CounterGenerator(
            seed: builder.configuration.seed, purpose: "data build \(source.language)")
        let runs = Folder.join(folder, ".build/runs/\(source.language)")
        let limit = builder.configuration.tokensInMemory
        training = SampleSorter(folder: "\(runs)-training", tokenLimit: limit)
        heldOut = SampleSorter(folder: "\(runs)-held-out", tokenLimit: limit)
        selection = HeldOutSelection(builder.configuration.heldOut)
    }

    /// Reads, encodes, cuts, shuffles and writes.
    ///
    /// - Parameter progress: called with the bytes of files and of text since the last call.
    mutating func run(
        progress: (_ fileBytes: Int, _ textBytes: Int) -> Void
    ) throws -> BuildFolder.Record {
        var reader = DocumentReader(source)
        var number: UInt64 = 0
        var told = (fileBytes: 0, textBytes: 0)
        while true {
            let documents = try Self.nextRound(&reader)
            if documents.isEmpty { break }
            for ids in encode(documents) {
                try add(ids, number: number)
                number += 1
            }
            let now = (fileBytes: reader.bytesRead, textBytes: reader.report.bytes)
            progress(now.fileBytes - told.fileBytes, now.textBytes - told.textBytes)
            told = now
        }
        for (document, place) in selection.finish() { try addPieces(of: document, to: place) }
        return try write(reader.report)
    }

    private static func nextRound(_ reader: inout DocumentReader) throws -> [[UInt8]] {
        var documents: [[UInt8]] = []
        var size = 0
        while size < roundSize, let document = try reader.next() {
            documents.append(document)
            size += document.count
        }
        return documents
    }

    /// The ids of each document; threads share the batches of documents.
    private func encode(_ documents: [[UInt8]]) -> [[Int32]] {
        let tokenizer = builder.tokenizer
        let batches = Self.batches(documents)
        return concurrently(batches.count, threads: builder.configuration.threads) { batch in
            documents[batches[batch]].map { Self.encode($0, tokenizer) }
        }.flatMap(\.self)
    }

    private static func encode(_ document: [UInt8], _ tokenizer: Tokenizer) -> [Int32] {
        var ids: [Int32] = []
        ids.reserveCapacity(document.count / 2)
        tokenizer.encode(document.span, appendingTo: &ids)
        return ids
    }

    private static func batches(_ documents: [[UInt8]]) -> [Range<Int>] {
        var batches: [Range<Int>] = []
        var start = 0
        var size = 0
        for (index, document) in documents.enumerated() {
            size += document.count
            if size >= batchSize || index == documents.count - 1 {
                batches.append(start..<(index + 1))
                (start, size) = (index + 1, 0)
            }
        }
        return batches
    }

    /// Stream 0 of a document's random numbers chooses what is held out, stream 1 where it is cut,
    /// the following streams the places of its pieces.
    private mutating func add(_ ids: [Int32], number: UInt64) throws {
        let key = generator.uniform(at: number, stream: 0)
        for (document, place) in selection.offer((number, ids), key: key) {
            try addPieces(of: document, to: place)
        }
    }

    private mutating func addPieces(
        of document: Document, to place: HeldOutSelection<Document>.Place
    ) throws {
        let special = builder.tokenizer.special
        for (origin, range) in pieces(of: document) {
            let content = document.ids[range]
            switch place {
            case .training:
                try training.add(origin, content, begin: special.begin, end: special.end)
            case .heldOut:
                try heldOut.add(origin, content, begin: special.begin, end: special.end)
            }
        }
    }

    private func pieces(of document: Document) -> [(origin: SampleOrigin, ids: Range<Int>)] {
        let lengths = builder.chunker.pieceLengths(of: document.ids.count) { bound in
            Int(generator.integer(below: UInt64(bound), at: document.number, stream: 1))
        }
        var start = 0
        return lengths.enumerated().map { piece, length in
            defer { start += length }
            let words = generator.words(at: document.number, stream: UInt64(piece) + 2)
            let origin = SampleOrigin(
                key: UInt64(words[0] >> 1) << 31 | UInt64(words[1] >> 1),
                document: document.number, piece: UInt32(piece))
            return (origin, start..<(start + length))
        }
    }

    private mutating func write(_ report: ReadingReport) throws -> BuildFolder.Record {
        BuildFolder.Record(
            files: try TextFile.all(source.paths) ?? [], documents: report.documents,
            bytes: report.bytes, training: try write(&training, to: "train/\(source.language)"),
            heldOut: heldOut.isEmpty
                ? nil : try write(&heldOut, to: "held-out/\(source.language)"),
            report: report)
    }

    /// Samples are named by language, document and piece: `deu_Latn-12-0`.
    private func write(
        _ sorter: inout SampleSorter, to path: String
    ) throws -> BuildFolder.Record.Count {
        var configuration = MDSShardWriter.Configuration()
        configuration.synchronized = false
        let writer = try MDSShardWriter(
            folder: Folder.join(folder, path), configuration: configuration)
        try sorter.drain { origin, ids in
            try writer.write(
                tokenIDs: ids, id: "\(source.language)-\(origin.document)-\(origin.piece)")
        }
        _ = try writer.finish()
        return BuildFolder.Record.Count(samples: writer.samples, tokens: writer.tokens)
    }
}
