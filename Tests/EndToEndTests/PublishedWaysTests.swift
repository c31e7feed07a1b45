import Checkpoints
import Encoders
import Formats
import Foundation
import ModelFolders
import TestSupport
import Testing

@Suite("What the published recipes do besides")
struct PublishedWaysTests {
    @Test("The last checkpoints of one variant are averaged, interrupted or not")
    func checkpointAverage() throws {
        let folder = try TemporaryFolder()
        let recipe = SmallData.text
            .replacing("{every: 8k, keep: 2}", with: "{every: 3k, keep: 1}")
            .replacing(
                "{method: ties, density: 0.2}",
                with: "{method: ema, decay: 0.5, inputs: [continued], checkpoints: 3}")
        let data = try SmallData.shared().linked(into: folder.path, recipe: recipe)
        let reference = SmallRun(data: data, folder: folder.path("reference"))
        let ending = try reference.train()
        #expect(ending.exitCode == 0, "\(ending.messages)")
        let kept = try reference.checkpoints().map(\.name).filter {
            $0.hasPrefix("decay-continued-")
        }.suffix(3)
        #expect(kept.count == 3)
        let merged = try Self.firstWeight(reference.path("model"))
        let weights = try kept.map { try Self.firstWeight(reference.path("checkpoints/\($0)")) }
        try #require(weights.count == 3)
        let expected = (weights[0] * 0.25 + weights[1] * 0.5 + weights[2]) / 1.75
        #expect(abs(merged - expected) <= 1e-6 * abs(expected))

        let run = SmallRun(data: data, folder: folder.path("run"))
        while try !Folder.exists(run.path("model")) {
            #expect(try run.train("--stop-after", "7steps").exitCode == 0)
        }
        try run.expectEqual(to: reference)
    }

    @Test("A smaller model begins with every second column, head and gated place of a larger one")
    func sampledStart() throws {
        let reference = try SmallRun.reference()
        let folder = try TemporaryFolder()
        let run = SmallRun(data: reference.data, folder: folder.path("run"))
        let ending = try run.train(
            "--stop-after", "1steps", "--set", "phases.0.learning_rate.warmup=0",
            "--set", "phases.0.learning_rate.peak=1e-12", "--set", "optimizer.weight_decay=0",
            "--set", "model.initialize_from=\(reference.path("model"))",
            "--set", "model.initialize_by=strided", "--set", "model.hidden=24",
            "--set", "model.heads=1", "--set", "model.intermediate=32")
        #expect(ending.exitCode == 0, "\(ending.messages)")
        let old = try ModelFolder(path: reference.path("model")).load()
        let expected = MaskedLanguageModel(
            configuration: try ModelFolder(path: run.checkpoints()[0].folder).modernBERT())
        expected.takeWeights(of: old, by: .strided)
        let trained = try ModelFolder(path: run.checkpoints()[0].folder).load()
        for (a, b) in zip(expected.parameters, trained.parameters) {
            let pairs = zip(a.tensor.value.elements, b.tensor.value.elements)
            // One step at a rate of 1e-12 moves a weight by less than this.
            #expect(pairs.allSatisfy { abs($0 - $1) < 1e-6 }, "\(a.name)")
        }
    }

    @Test("A model of another shape is told, with the way to take its weights")
    func otherShape() throws {
        let reference = try SmallRun.reference()
        let folder = try TemporaryFolder()
        let run = SmallRun(data: reference.data, folder: folder.path("run"))
        let ending = try run.train(
            "--set", "model.initialize_from=\(reference.path("model"))",
            "--set", "model.hidden=24", "--set", "model.heads=1")
        expectMistake(
            ending, ["expected a model of the recipe's shape, hidden 24", "found hidden 48"])
        #expect(ending.messages.contains("model.initialize_by"))
    }

    private static func firstWeight(_ folder: String) throws -> Float {
        let model = try ModelFolder(path: folder).load()
        return model.parameters[0].tensor.value.elements[0]
    }
}
