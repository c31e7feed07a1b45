import Autograd
import Encoders
import Formats
import Foundation
import ModelFolders
import PackedBatches
import TensorCore
import TestSupport

/// A tiny model that transformers saved, with what it computes there; see
/// Fixtures/Checkpoints/make_model_folders.py.
struct SavedModel {
    /// Keys of transformers 4; a pattern of layers, bf16 and several files; a base model in fp16; a
    /// sentence encoder.
    static let names = ["old-keys", "pattern-bf16-sharded", "base-fp16", "sentence-encoder"]

    /// The folder, which tests share and none changes.
    let path: String
    private let results: SafetensorsFile

    init(_ name: String) throws {
        path = Fixtures.path("Checkpoints/models/\(name)")
        results = try SafetensorsFile(path: "\(path).safetensors")
    }

    /// What transformers computed: `hidden`, `logits` or `vectors`; nil where it has no such thing.
    func expected(_ name: String) throws -> [Float]? {
        results.tensor(named: name) == nil ? nil : try results.floats(name)
    }

    /// The sequences it computed that on.
    func batch() throws -> PackedBatch {
        let (tokens, lengths) = (try integers("ids"), try integers("lengths"))
        return PackedBatch(
            tokenIDs: tokens, labels: tokens.map { _ in -100 },
            cumulativeSequenceLengths: lengths.reduce(into: [0]) {
                $0.append($0[$0.count - 1] + $1)
            },
            sequenceSources: lengths.map { _ in 0 })
    }

    /// Every file of the folder by its path in it.
    func files() throws -> [String: [UInt8]] {
        let paths = try FileManager.default.subpathsOfDirectory(atPath: path)
            .filter { try !Folder.isFolder(Folder.join(path, $0)) }
        return try Dictionary(
            uniqueKeysWithValues: paths.map { name in
                (name, Array(try Data(contentsOf: URL(fileURLWithPath: Folder.join(path, name)))))
            })
    }

    /// A copy of the folder, to be changed.
    func copy() throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        for (name, bytes) in try files() { try folder.write(bytes, to: name) }
        return folder
    }

    private func integers(_ name: String) throws -> [Int32] {
        try results.withBytes(of: name) { bytes in
            stride(from: 0, to: bytes.byteCount, by: 4).map {
                bytes.unsafeLoadUnaligned(fromByteOffset: $0, as: Int32.self)
            }
        }
    }
}

extension LanguageModel {
    /// The last hidden states of every token, in fp32.
    func hiddenStates(_ batch: PackedBatch) -> [Float] {
        hiddenStates(batch, on: Tape.plain()).value.elements
    }

    /// The logits of every token, in fp32.
    func logits(_ batch: PackedBatch) -> [Float] {
        logits(batch, on: Tape.plain()).elements
    }
}
