import Diagnostics
import Formats
import Foundation
import Merging
import TestSupport
import Testing

/// Whole merges of model folders, against NumPy's results in Tests/Fixtures/Merging.
@Suite struct MergeTests {
    /// A merge and the fixture that holds what must come out.
    struct Case: Sendable, CustomTestStringConvertible {
        let expected: String
        let configuration: MergeConfiguration
        var testDescription: String { expected }
    }

    static let cases = [
        Case(expected: "ties-tensor", configuration: .init(method: .ties(.init()))),
        Case(
            expected: "ties-tensor-weighted",
            configuration: .init(
                method: .ties(.init(density: 0.5, lambda: 0.7)), weights: [1, 0.5, 2])),
        Case(
            expected: "ties-tensor-whole", configuration: .init(method: .ties(.init(density: 1)))),
        Case(
            expected: "ties-tensor-bodies",
            configuration: .init(method: .ties(.init()), includesEmbeddings: false)),
        Case(expected: "ties-global", configuration: .init(method: .ties(.init(scope: .global)))),
        Case(
            expected: "ties-global-scaled",
            configuration: .init(
                method: .ties(.init(density: 0.55, lambda: 0.8, scope: .global)))),
        Case(
            expected: "ties-global-bodies",
            configuration: .init(
                method: .ties(.init(scope: .global)), includesEmbeddings: false)),
        Case(expected: "average", configuration: .init(method: .average)),
        Case(
            expected: "average-weighted",
            configuration: .init(method: .average, weights: [3, 1, 0.5])),
        Case(
            expected: "exponential", configuration: .init(method: .exponentialAverage(decay: 0.6))),
    ]

    @Test("Every formula gives what NumPy gives", arguments: cases)
    func formulas(of test: Case) throws {
        let models = try FixtureModels()
        let output = models.folder.path("merged")
        _ = try merge(
            base: models.base, models: models.models, into: output,
            configuration: test.configuration)
        let merged = try SafetensorsFile(path: "\(output)/model.safetensors")
        let expected = try SafetensorsFile(path: FixtureModels.fixture(test.expected))
        #expect(merged.tensors.map(\.name).sorted() == expected.tensors.map(\.name).sorted())
        for tensor in expected.tensors {
            #expect(merged.tensor(named: tensor.name)?.shape == tensor.shape)
            let pairs = zip(try merged.floats(tensor.name), try expected.floats(tensor.name))
            // Sums of three products of numbers of order 1: a few units in the last place.
            let worst = pairs.map { ($0 - $1).magnitude }.max() ?? 0
            #expect(worst <= 1e-6, "\(tensor.name)")
        }
    }

    @Test("Equal inputs give equal bytes, the report included")
    func deterministic() throws {
        let models = try FixtureModels()
        let configuration = MergeConfiguration(method: .ties(.init(scope: .global)))
        for output in ["first", "second"] {
            _ = try merge(
                base: models.base, models: models.models, into: models.folder.path(output),
                configuration: configuration)
        }
        for name in ["model.safetensors", "merge.json", "config.json"] {
            let first = FileManager.default.contents(atPath: models.folder.path("first/\(name)"))
            let second = FileManager.default.contents(atPath: models.folder.path("second/\(name)"))
            #expect(first != nil && first == second, "\(name)")
        }
    }

    @Test("Weights in several files give the same model")
    func sharded() throws {
        let models = try FixtureModels()
        func merged(_ output: String) throws -> Data {
            _ = try merge(
                base: models.base, models: models.models, into: models.folder.path(output),
                configuration: .init(method: .ties(.init())))
            return try Data(
                contentsOf: URL(filePath: models.folder.path("\(output)/model.safetensors")))
        }
        let whole = try merged("whole")
        try models.shard(1)
        try models.shard(2)
        #expect(try merged("sharded") == whole)
    }

    @Test("The report counts what each model kept")
    func report() throws {
        let models = try FixtureModels()
        let report = try merge(
            base: models.base, models: models.models, into: models.folder.path("merged"),
            configuration: .init(method: .ties(.init(density: 0.25))))
        for tensor in report.tensors where !tensor.name.contains("mlp.Wi") {
            let agreement = try #require(tensor.agreement)
            let kept = agreement.elements / 4
            #expect(agreement.kept == [kept, kept, kept], "\(tensor.name)")
        }
        #expect(report.total?.elements == report.tensors.compactMap(\.agreement?.elements).sum)
    }

    @Test("merge.json holds the formula's parameters under their recipe names")
    func parameters() throws {
        let models = try FixtureModels()
        let output = models.folder.path("merged")
        _ = try merge(
            base: models.base, models: models.models, into: output,
            configuration: .init(method: .ties(.init(scope: .global)), weights: [1, 2, 3]))
        struct Report: Decodable {
            struct Configuration: Decodable, Equatable {
                var method: String
                var density, lambda: Double
                var scope: String
                var weights: [Double]
            }
            var models: [String]
            var configuration: Configuration
        }
        let report: Report = try JSONFile.read("\(output)/merge.json")
        #expect(report.models == models.models)
        #expect(
            report.configuration
                == .init(
                    method: "ties", density: 0.2, lambda: 1, scope: "global", weights: [1, 2, 3]))
    }

    @Test("Merged weights in bf16 are rounded once, and the configuration says so")
    func rounded() throws {
        let models = try FixtureModels()
        try Data(#"{"a": 1e-05, "torch_dtype":"float32", "dtype": "float32"}"#.utf8)
            .write(to: URL(filePath: "\(models.models[0])/config.json"))
        let outputs = try [SafetensorsElement.f32, .bf16].map { element in
            let output = models.folder.path(element.rawValue)
            _ = try merge(
                base: nil, models: [models.models[0]], into: output,
                configuration: .init(method: .average), element: element)
            return (try SafetensorsFile(path: "\(output)/model.safetensors"), output)
        }
        let (exact, rounded) = (outputs[0].0, outputs[1].0)
        for tensor in exact.tensors {
            #expect(rounded.tensor(named: tensor.name)?.element == .bf16)
            // Eight significant bits, rounded to nearest.
            #expect(
                mismatch(
                    try rounded.floats(tensor.name), try exact.floats(tensor.name),
                    relative: 0x1p-8) == nil)
        }
        #expect(
            try String(contentsOfFile: "\(outputs[1].1)/config.json", encoding: .utf8)
                == #"{"a": 1e-05, "torch_dtype": "bfloat16", "dtype": "bfloat16"}"#)
    }

    @Test("The merged folder has the configuration and the tokenizer of the models")
    func companions() throws {
        let models = try FixtureModels()
        let output = models.folder.path("merged")
        try Data("pieces".utf8).write(to: URL(filePath: "\(models.models[0])/tokenizer.json"))
        _ = try merge(
            base: nil, models: models.models, into: output, configuration: .init(method: .average))
        #expect(
            try Folder.contents(of: output) == [
                "config.json", "merge.json", "model.safetensors", "tokenizer.json",
            ])
    }
}

extension [Int] {
    fileprivate var sum: Int { reduce(0, +) }
}
