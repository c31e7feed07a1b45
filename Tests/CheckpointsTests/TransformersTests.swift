import Checkpoints
import Formats
import Foundation
import TestSupport
import Testing

/// The Python that `MMBERT_PYTHON` names, with torch and transformers installed.
private let python = ProcessInfo.processInfo.environment["MMBERT_PYTHON"]

/// Model folders read by the program for which they are written.
@Suite(.enabled(if: python != nil, "MMBERT_PYTHON names no Python with transformers"))
struct TransformersTests {
    @Test("transformers loads a checkpoint and computes our logits", arguments: [10_000, 160_000])
    func logits(localBase: Double) throws {
        let run = try TemporaryFolder()
        let training = TinyTraining(seed: 5)
        training.model.setRotaryBases(global: 160_000, local: localBase)
        for _ in 0..<2 { training.step() }
        let checkpoint = try CheckpointStore(folder: run.path("checkpoints"), keep: 1).save(
            name: "pretrain-000000002", model: training.model, optimizer: training.optimizer,
            state: training.state, tokenizer: nil)
        let batch = TinyTraining.batch(step: 9)
        let bounds = batch.cumulativeSequenceLengths.map { Int($0) }
        let sequences = zip(bounds, bounds.dropFirst()).map { Array(batch.tokenIDs[$0..<$1]) }
        try run.write(Array(try JSONEncoder().encode(sequences)), to: "sequences.json")
        let script = Process()
        script.executableURL = URL(filePath: try #require(python))
        script.arguments = [
            Fixtures.path("Checkpoints/logits_by_transformers.py"), checkpoint.folder,
            run.path("sequences.json"), run.path("logits.safetensors"),
        ]
        try script.run()
        script.waitUntilExit()
        try #require(script.terminationStatus == 0)
        let expected = try SafetensorsFile(path: run.path("logits.safetensors")).floats("logits")
        // Two fp32 implementations of four layers that sum up to 96 terms in other orders.
        #expect(
            mismatch(training.logits(batch), expected, relative: 1e-4, absolute: 1e-6) == nil)
    }
}
