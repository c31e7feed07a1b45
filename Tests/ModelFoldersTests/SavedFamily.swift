import Autograd
import Encoders
import Formats
import Foundation
import ModelFolders
import PackedBatches
import TensorCore
import TestSupport
import Testing

/// A tiny XLM-RoBERTa, RoBERTa or BERT that transformers saved, with what it computes there; see
/// Fixtures/Families/make_families.py.
struct SavedFamily: Sendable, CustomTestStringConvertible {
    static let masked = ["xlmr-masked", "xlmr-copies", "roberta-masked", "bert-masked", "old"]
        .map(SavedFamily.init)
    static let all = masked + ["xlmr", "bert"].map(SavedFamily.init)

    let testDescription: String
    let path: String

    init(_ name: String) {
        testDescription = name
        path = Fixtures.path("Families/\(name)")
    }

    /// What it was computed on.
    struct Record: Decodable {
        let sequences: [[Int32]]
        let types: [[Int32]]
        let labels: [[Int32]]
        let loss: Double?
    }

    func record() throws -> Record {
        try JSONDecoder().decode(
            Record.self, from: Data(contentsOf: URL(filePath: "\(path).json")))
    }

    func results() throws -> SafetensorsFile { try SafetensorsFile(path: "\(path).safetensors") }

    /// A copy of the folder, to be changed.
    func copy() throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        for file in try Folder.contents(of: path) {
            let bytes = try Data(contentsOf: URL(fileURLWithPath: "\(path)/\(file)"))
            try folder.write(Array(bytes), to: file)
        }
        return folder
    }
}

extension SavedFamily.Record {
    /// All sequences in one batch.
    var batch: PackedBatch {
        var batch = PackedBatch(sequences: sequences, labels: labels)
        batch.tokenTypes = types.flatMap(\.self)
        return batch
    }
}

extension SafetensorsFile {
    /// The numbers under `prefix` and the parameter's name; queries, keys and values are stored by
    /// themselves.
    func floats(_ prefix: String, of parameter: Parameter) throws -> [Float] {
        let fused = ".self.query_key_value."
        guard parameter.name.contains(fused) else { return try floats(prefix + parameter.name) }
        return try ["query", "key", "value"].flatMap {
            try floats(prefix + parameter.name.replacing(fused, with: ".self.\($0)."))
        }
    }
}

extension Tape<Float> {
    /// A tape for one thread.
    static func plain(recording: Bool = false) -> Tape<Float> {
        Tape(parallel: Parallel(threads: 1), pool: BufferPool(), recording: recording)
    }
}

/// Compares with a tolerance that is a share of the largest expected number, because small numbers
/// that are sums of large ones carry the large ones' rounding errors.
func mismatch(_ actual: [Float], _ expected: [Float], share: Double) -> Mismatch? {
    let largest = expected.reduce(0) { max($0, $1.magnitude) }
    return TestSupport.mismatch(
        actual, expected, relative: 0, absolute: share * Double(largest))
}
