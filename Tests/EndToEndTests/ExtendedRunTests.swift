import Foundation
import TestSupport
import Testing

/// Runs that are made longer after they ended, beside runs that had the longer recipe all along.
@Suite("A run made longer")
struct ExtendedRunTests {
    private let folder: TemporaryFolder
    private let data: SmallData

    private static let pretrain = """
          - name: pretrain
            tokens: 12k
            context: 32
            mask: {from: 0.3, to: 0.2, shape: switch, at: 8k}
            data: {manifest: shards/manifest.yaml, languages: {largest: 4}, temperature: 0.7,
              entry: {first: 3, until: 9k}}
            learning_rate: {peak: 3e-3, warmup: 4k}
            batch: {tokens: 1k, from: 512, warmup: 5k, microbatch: 512}

        """
    private static let decay = """
          - name: decay
            tokens: 5k
            context: 32
            mask: {from: 0.15, to: 0.05}
            data: {manifest: shards/manifest.yaml, temperature: 0.3, max_epochs: 3}
            learning_rate: {peak: 3e-3, shape: one-minus-sqrt}
            batch: {tokens: 1k, microbatch: 512}

        """

    init() throws {
        folder = try TemporaryFolder()
        data = try SmallData.shared().linked(
            into: folder.path, recipe: Self.recipe(Self.pretrain))
    }

    private static func recipe(_ phases: String...) -> String {
        """
        name: small
        seed: 7
        model: {vocabulary: 640, hidden: 32, intermediate: 48, layers: 2, heads: 2,
          max_positions: 64, local_attention: 16}
        tokenizer: tokenizer
        checkpoint: {every: 4k, keep: 2}
        evaluate: {every: 3k, mask_ratio: 0.15, tokens_per_language: 256}
        log: {every_steps: 1}
        lanes: 2
        phases:
        \(phases.joined())
        """
    }

    private func write(_ phases: String...) throws {
        try folder.write(Self.recipe(phases.joined()), to: "recipe.yaml")
    }

    private func run(_ name: String) -> SmallRun {
        SmallRun(data: data, folder: folder.path(name))
    }

    /// Trains and expects the end.
    @discardableResult
    private func train(
        _ name: String, _ options: String..., sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> String {
        let run = run(name)
        let ending = try Program.trainer.run(run.arguments(options))
        try #require(ending.exitCode == 0, "\(ending.messages)", sourceLocation: sourceLocation)
        return ending.messages
    }

    @Test("Its last phase goes on to the bits of a longer one, also after a stop within it")
    func longer() throws {
        let tokens = ["--set", "phases.pretrain.tokens=21k"]
        try train("whole", tokens[0], tokens[1])
        try train("longer")
        let model = FileManager.default.contents(
            atPath: run("longer").path("model/model.safetensors"))
        let messages = try train("longer", "--extend", "--threads", "1", tokens[0], tokens[1])
        #expect(messages.contains("longer: pretrain has 21k tokens, before 12k"), "\(messages)")
        try run("longer").expectEqual(to: run("whole"))
        let kept = try #require(
            FileManager.default.contentsOfDirectory(atPath: run("longer").folder)
                .first { $0.hasPrefix("model-pretrain-") })
        #expect(messages.contains("\(run("longer").folder)/\(kept)"))
        #expect(
            FileManager.default.contents(
                atPath: run("longer").path("\(kept)/model.safetensors")) == model)
        let record = try String(contentsOfFile: run("longer").path("run.json"), encoding: .utf8)
        #expect(record.contains("pretrain has 21k tokens, before 12k"))
        #expect(
            try String(contentsOfFile: run("longer").path("recipe.yaml"), encoding: .utf8)
                .contains("tokens: 21k"))

        try train("stopped", "--stop-after", "7steps")
        try train("stopped", "--extend", "--stop-after", "4steps", tokens[0], tokens[1])
        // The checkpoint knows the longer recipe now.
        try train("stopped", tokens[0], tokens[1])
        try run("stopped").expectEqual(to: run("whole"))
    }

    @Test("A phase is added, and an earlier one made longer where the user goes back to its end")
    func added() throws {
        try train("run")
        try write(Self.pretrain, Self.decay)
        expectMistake(
            try run("run").train(),
            ["phases.1.name: expected nothing, as in ", "with --extend the run takes phases"])
        let messages = try train("run", "--extend")
        #expect(messages.contains("longer: decay is added, 5k tokens"), "\(messages)")
        try train("whole")
        try run("run").expectEqual(to: run("whole"))

        try write(Self.pretrain.replacing("12k", with: "16k"), Self.decay)
        let end = try #require(
            run("run").checkpoints().first {
                $0.name.hasPrefix("pretrain") && $0.record.isProtected
            })
        expectMistake(
            try run("run").train("--extend"),
            [
                "phases.0.tokens: expected 12k, as in ", "found 16k", "decay was trained after it",
                "--extend --resume \(end.folder)",
            ])
        try train("run", "--extend", "--resume", end.folder)
        try train("longer")
        try run("run").expectEqual(to: run("longer"))
    }

    @Test("What depends on the length of a phase keeps it from becoming longer")
    func dependent() throws {
        for (old, new, key) in [
            ("shape: switch, at: 8k", "shape: linear", "mask.shape"),
            ("temperature: 0.7", "temperature: {from: 0.7, to: 0.3}", "data.temperature"),
            ("temperature: 0.7", "temperature: 0.7, max_epochs: 5", "data.max_epochs"),
            ("warmup: 4k", "warmup: 4k, shape: cosine", "learning_rate.shape"),
        ] {
            let phase = Self.pretrain.replacing(old, with: new)
                .replacing("entry: {first: 3, until: 9k}", with: "missing_languages: error")
            try write(phase)
            try train(key, "--stop-after", "9steps")
            try write(phase.replacing("12k", with: "20k"))
            expectMistake(
                try run(key).train("--extend"),
                [
                    "phases.0.tokens: expected 12k, as in ", "found 20k",
                    "What was trained depends on it by phases.0.\(key). Add a phase after it, ",
                ])
        }
        // The decay has not begun.
        let phase = Self.pretrain.replacing(
            "warmup: 4k", with: "warmup: 4k, shape: linear, decay: 4k")
        try write(phase)
        try train("run", "--stop-after", "6steps")
        try write(phase.replacing("12k", with: "16k"))
        try train("run", "--extend")
        try train("whole")
        try run("run").expectEqual(to: run("whole"))
    }

    @Test("Other changes of what was trained are mistakes")
    func mistakes() throws {
        expectMistake(
            try run("run").train("--extend"),
            ["--extend: expected a run that is to be longer, found no checkpoint of one"])
        try train("run")
        expectMistake(
            try run("run").train("--extend", "--set", "phases.0.tokens=10k"),
            ["phases.0.tokens: expected at least 12k", "found 10k", "does not become shorter"])
        expectMistake(
            try run("run").train("--extend", "--set", "phases.0.mask.to=0.1"),
            ["phases.0.mask.to: expected 0.2", "What was trained stays as it is"])
        expectMistake(
            try run("run").train("--extend", "--set", "seed=8"),
            ["seed: expected 7", "Undo the change to go on"])
        let other = try run("run").train("--set", "precision=bf16")
        expectMistake(other, ["precision: expected fp32"])
        #expect(!other.messages.contains("the run continues"), "\(other.messages)")
        let before = try run("run").metrics()
        try train("run", "--extend")
        #expect(try run("run").metrics() == before)
        let gone = run("run").path("checkpoints/pretrain-000000001")
        expectMistake(
            try run("run").train("--resume", gone),
            ["\(gone): expected a checkpoint, found no such file", "there are pretrain-"])
    }

    @Test("Variants keep their length, or are trained anew from where they begin")
    func variants() throws {
        let decay = Self.decay + "    variants: [one, two]\n"
        try write(Self.pretrain, decay)
        try train("run")
        try write(Self.pretrain, decay.replacing("5k", with: "7k"))
        let end = try #require(
            run("run").checkpoints().first {
                $0.name.hasPrefix("pretrain") && $0.record.isProtected
            })
        expectMistake(
            try run("run").train("--extend"),
            [
                "phases.1.tokens: expected 5k", "Variants that have begun keep their length",
                "train it anew from the end of pretrain: --extend --resume \(end.folder)",
            ])
        try train("run", "--extend", "--resume", end.folder)
        try train("whole")
        try run("run").expectEqual(to: run("whole"))
    }
}
