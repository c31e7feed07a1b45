import Foundation
import Inference
import TestSupport
import Testing

/// The Python that `MMBERT_PYTHON` names, with torch and transformers installed.
private let python = ProcessInfo.processInfo.environment["MMBERT_PYTHON"]

@Suite struct TransformersParityTests {
    /// Compares everything `make_models.py` wrote about one model: two fp32 implementations of the
    /// same formulas, with sums of up to 1,030 terms in other orders.
    private func compare(_ folder: String) throws {
        let reference = try ReferenceModel(folder: folder)
        let losses = try reference.model.score(try reference.examples())
        let sequences = try reference.sequences()
        let means = try reference.model.embed(sequences, options: .init(pooling: .mean))
        let firsts = try reference.model.embed(sequences, options: .init(pooling: .cls))
        for (index, expected) in reference.expectations.enumerated() {
            let loss = try #require(losses[index].mean)
            #expect(abs(loss / expected.loss - 1) < 1e-5, "\(folder), \(expected.length) tokens")
            #expect(losses[index].tokens == (expected.length + 2) / 3)
            let mean = mismatch(means[index], expected.mean, relative: 0, absolute: 1e-4)
            #expect(mean == nil, "\(folder), \(expected.length) tokens")
            let first = mismatch(firsts[index], expected.cls, relative: 0, absolute: 1e-4)
            #expect(first == nil, "\(folder), \(expected.length) tokens")
        }
    }

    /// Compares losses in bf16 with those that transformers computed in fp32.
    private func compareInBFloat16(_ folder: String) throws {
        let reference = try ReferenceModel(folder: folder, precision: .bf16)
        #expect(reference.model.precision == .bf16)
        let losses = try reference.model.score(try reference.examples())
        for (found, expected) in zip(losses, reference.expectations) {
            let loss = try #require(found.mean)
            #expect(abs(loss / expected.loss - 1) < 2e-2, "\(folder), \(expected.length) tokens")
        }
    }

    @Test("Losses and vectors equal transformers' on committed models", arguments: 0..<3)
    func fixtures(index: Int) throws {
        try compare(Fixtures.path("Inference/\(index)"))
    }

    @Test("Losses in bf16 follow transformers' on committed models", arguments: 0..<3)
    func fixturesInBFloat16(index: Int) throws {
        try compareInBFloat16(Fixtures.path("Inference/\(index)"))
    }

    @Test(
        "Losses and vectors equal transformers' on new random models",
        .enabled(if: python != nil, "MMBERT_PYTHON names no Python with transformers"))
    func random() throws {
        let folder = try TemporaryFolder()
        let count = 12
        let script = Process()
        script.executableURL = URL(filePath: try #require(python))
        script.arguments = [
            Fixtures.path("Inference/make_models.py"), folder.path, "\(count)",
            "\(Int.random(in: 0..<1_000_000))",
        ]
        try script.run()
        script.waitUntilExit()
        try #require(script.terminationStatus == 0)
        for index in 0..<count {
            try compare(folder.path("\(index)"))
            try compareInBFloat16(folder.path("\(index)"))
        }
    }
}
