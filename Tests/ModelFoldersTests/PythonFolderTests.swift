import Encoders
import Formats
import Foundation
import Host
import ModelFolders
import PackedBatches
import TensorCore
import TestSupport
import Testing
import Tokenization

/// The Python that `MMBERT_PYTHON` names, with torch, transformers and sentence-transformers.
private let python = ProcessInfo.processInfo.environment["MMBERT_PYTHON"]

/// Model folders that we write, read by those for whom they are written.
@Suite(.enabled(if: python != nil, "MMBERT_PYTHON names no Python with sentence-transformers"))
struct PythonFolderTests {
    private static let texts = [
        "line 7919 of words", "a line", "numbers and words, words and numbers: 42!", "",
        "ein Wort mit ÄÖÜ und 汉字",
    ]

    /// A tokenizer whose text is in every test.
    private func tokenizer() throws -> Tokenizer {
        var lines = (0..<200).map { Array("line \($0 * 7919) of words and numbers".utf8) }
        let bytes = try TokenizerTraining(vocabularySize: 330).train { lines.popLast() }
        return try Tokenizer(modelBytes: bytes, path: "tokenizer.model")
    }

    /// What Python makes of `folder` and the texts.
    private func results(of folder: String, in place: TemporaryFolder) throws -> SafetensorsFile {
        try place.write(Array(try JSONEncoder().encode(Self.texts)), to: "texts.json")
        let script = Process()
        script.executableURL = URL(filePath: try #require(python))
        script.arguments = [
            Fixtures.path("Checkpoints/load_by_python.py"), folder, place.path("texts.json"),
            place.path("results.safetensors"),
        ]
        try script.run()
        script.waitUntilExit()
        try #require(script.terminationStatus == 0)
        return try SafetensorsFile(path: place.path("results.safetensors"))
    }

    @Test(
        "AutoModel, AutoModelForMaskedLM, AutoTokenizer and SentenceTransformer give our numbers",
        arguments: EncoderFamily.allCases, [Precision.fp32, .bf16])
    func folders(family: EncoderFamily, precision: Precision) throws {
        let place = try TemporaryFolder()
        let tokenizer = try tokenizer()
        let model = Self.model(family, tokenizer)
        try Folder.create(place.path("model"))
        try ModelFolder.write(
            model, tokenizer: try HuggingFaceTokenizer(tokenizer), precision: precision,
            into: place.path("model"))
        let theirs = try results(of: place.path("model"), in: place)
        let ids = Self.texts.map { text in
            [tokenizer.special.begin] + tokenizer.encode(text) + [tokenizer.special.end]
        }
        let batch = PackedBatch(sequences: ids)
        let theirIDs = try theirs.withBytes(of: "ids") { bytes in
            (0..<bytes.byteCount / 4).map {
                bytes.unsafeLoadUnaligned(fromByteOffset: 4 * $0, as: Int32.self)
            }
        }
        #expect(theirIDs == batch.tokenIDs)
        let read = try ModelFolder(path: place.path("model")).loadLanguageModel()
        let hidden = read.hiddenStates(batch)
        // Two fp32 implementations of four layers that sum up to 96 terms in other orders.
        #expect(mismatch(hidden, try theirs.floats("hidden"), terms: 4 * 96) == nil)
        #expect(mismatch(read.logits(batch), try theirs.floats("logits"), terms: 5 * 96) == nil)
        let vectors = means(of: hidden, in: batch, width: model.configuration.hiddenSize)
        #expect(mismatch(vectors, try theirs.floats("vectors"), terms: 4 * 96) == nil)
    }

    /// A tiny model of initial weights.
    private static func model(
        _ family: EncoderFamily, _ tokenizer: Tokenizer
    ) -> any LanguageModel {
        let words = tokenizer.vocabularySize
        if family == .modernBERT { return TinyModel.make(seed: 3, vocabularySize: words) }
        let model = PostNormLanguageModel(
            configuration: PostNormConfiguration(
                family, vocabularySize: words, hiddenSize: 32, intermediateSize: 48,
                layerCount: 3, headCount: 4
            ) {
                ($0.padTokenID, $0.eosTokenID, $0.bosTokenID) = (0, 1, 2)
                if family != .bert { $0.firstPosition = 1 }
                $0.positionRows = 64 + $0.firstPosition
            })
        model.initialize(seed: 3, parallel: Parallel(threads: 2))
        return model
    }

    /// The mean of each sequence's rows.
    private func means(of rows: [Float], in batch: PackedBatch, width: Int) -> [Float] {
        (0..<batch.sequenceCount).flatMap { sequence in
            let range = batch.rows(ofSequence: sequence)
            return (0..<width).map { column in
                range.reduce(0) { $0 + rows[$1 * width + column] } / Float(range.count)
            }
        }
    }
}
