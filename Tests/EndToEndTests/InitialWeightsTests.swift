import Formats
import Foundation
import ModelFolders
import TestSupport
import Testing

/// Runs that begin with the weights of folders that are not whole, or not right.
@Suite("Initial weights")
struct InitialWeightsTests {
    private let reference: SmallRun
    private let folder: TemporaryFolder

    /// Makes `origin`, a copy of the reference run's model.
    init() throws {
        reference = try SmallRun.reference()
        folder = try TemporaryFolder()
        try FileManager.default.copyItem(
            atPath: reference.path("model"), toPath: folder.path("origin"))
    }

    /// Writes the weights of `origin` anew, those that `change` returns.
    private func rewrite(_ change: (String, [Float]) -> [Float]?) throws {
        let weights = try SafetensorsFile(path: reference.path("model/model.safetensors"))
        var kept: [(tensor: SafetensorsTensor, values: [Float])] = []
        for tensor in weights.tensors {
            guard let values = change(tensor.name, try weights.floats(tensor.name)) else {
                continue
            }
            kept.append((tensor, values))
        }
        let writer = try SafetensorsWriter(
            path: folder.path("origin/model.safetensors"),
            tensors: kept.map { .init(name: $0.tensor.name, shape: $0.tensor.shape) })
        for (tensor, values) in kept { try writer.write(values, to: tensor.name) }
        try writer.finish()
    }

    @Test("An encoder without its head gets a new one, which is told in numbers")
    func head() throws {
        try rewrite { $0.hasPrefix("model.") ? $1 : nil }
        let run = SmallRun(data: reference.data, folder: folder.path("run"))
        let origin = "model.initialize_from=\(folder.path("origin"))"
        let plan = try run.train("--dry-run", "--set", origin)
        #expect(plan.exitCode == 0, "\(plan.messages)")
        let warning = "3 tensors of 2.99k numbers begin anew: "
        #expect(plan.messages.contains(warning), "\(plan.messages)")
        let ending = try run.train(
            "--stop-after", "1steps", "--set", "phases.0.learning_rate.warmup=0",
            "--set", "phases.0.learning_rate.peak=1e-12", "--set", "optimizer.weight_decay=0",
            "--set", origin)
        #expect(ending.exitCode == 0 && ending.messages.contains(warning), "\(ending.messages)")
        #expect(
            ending.messages.contains(
                ": head.dense.weight, head.norm.weight, decoder.bias"))
        let old = try ModelFolder(path: reference.path("model")).load()
        let new = try ModelFolder(path: run.checkpoints()[0].folder).load()
        for (a, b) in zip(old.parameters, new.parameters) {
            let isSame = zip(a.tensor.value.elements, b.tensor.value.elements)
                .allSatisfy { abs($0 - $1) < 1e-6 }
            #expect(isSame == a.name.hasPrefix("model."), "\(a.name)")
        }
        // It is told where a run begins, and not where it goes on.
        let again = try run.train("--stop-after", "1steps", "--set", origin)
        #expect(again.exitCode == 0 || again.exitCode == 2)
        #expect(!again.messages.contains(warning), "\(again.messages)")
    }

    @Test("A sentence encoder's model may lie in a folder of its own")
    func sentenceEncoder() throws {
        try Folder.create(folder.path("sentences"))
        try FileManager.default.moveItem(
            atPath: folder.path("origin"), toPath: folder.path("sentences/0_Transformer"))
        try folder.write(
            """
            [{"idx": 0, "name": "0", "path": "0_Transformer",
              "type": "sentence_transformers.models.Transformer"}]
            """, to: "sentences/modules.json")
        let run = SmallRun(data: reference.data, folder: folder.path("run"))
        let recipe = try String(contentsOfFile: run.data.recipe, encoding: .utf8)
        let start = try #require(recipe.firstRange(of: "model: {"))
        let end = try #require(recipe.firstRange(of: "tokenizer: "))
        let data = try run.data.linked(
            into: folder.path,
            recipe: recipe.replacingCharacters(
                in: start.lowerBound..<end.lowerBound,
                with: "model: {initialize_from: sentences}\n"))
        let ending = try SmallRun(data: data, folder: folder.path("run")).train("--dry-run")
        #expect(ending.exitCode == 0, "\(ending.messages)")
    }

    @Test("Weights that are not finite are refused by their name")
    func notFinite() throws {
        try rewrite { name, values in
            name == "model.final_norm.weight" ? values.map { _ in .infinity } : values
        }
        let run = SmallRun(data: reference.data, folder: folder.path("run"))
        expectMistake(
            try run.train("--set", "model.initialize_from=\(folder.path("origin"))"),
            ["origin/model.safetensors: model.final_norm.weight: expected finite numbers"])
        let embedded = try Program.mmbert.run(
            ["embed", "--model", "origin", "--input", "text"], in: folder.path)
        expectMistake(embedded, ["origin/model.safetensors: model.final_norm.weight"])
    }

    @Test("A token that tokenizer.json adds stays in the final model")
    func addedToken() throws {
        let json = try String(contentsOfFile: folder.path("origin/tokenizer.json"), encoding: .utf8)
        let size = try ModelFolder(path: folder.path("origin")).configuration.vocabularySize
        let token =
            #"{"id": \#(size), "content": "[DOC]", "single_word": false, "lstrip": false, "#
            + #""rstrip": false, "normalized": false, "special": true}"#
        try folder.write(
            json.replacing(#"], "normalizer":"#, with: #", \#(token)], "normalizer":"#),
            to: "origin/tokenizer.json")
        let lines = (0..<300).map { "[DOC] line \($0) of a text that has some words in it\n\n" }
        try folder.write(lines.joined(), to: "text/eng_Latn.txt")
        let built = try Program.mmbert.run(
            [
                "data", "build", "--input", "text", "--tokenizer", "origin", "--context", "64",
                "--output", "shards",
            ], in: folder.path)
        try #require(built.exitCode == 0, "\(built.messages)")
        let inspected = try Program.mmbert.run(
            ["data", "inspect", "shards", "--samples", "1"], in: folder.path)
        #expect(inspected.output.contains("[DOC]"), "\(inspected.output)")
        try folder.write(
            """
            name: added
            model: {vocabulary: \(size + 1), hidden: 16, intermediate: 16, layers: 2, heads: 1}
            tokenizer: origin
            phases:
              - name: pretrain
                tokens: 1k
                context: 64
                mask: {ratio: 0.3}
                data: {manifest: shards/manifest.yaml}
                learning_rate: {peak: 1e-3}
                batch: {tokens: 512, microbatch: 256}

            """, to: "recipe.yaml")
        let trained = try Program.trainer.run(
            ["--recipe", "recipe.yaml", "--run", "run"], in: folder.path)
        try #require(trained.exitCode == 0, "\(trained.messages)")
        try folder.write("[DOC] text\n", to: "line")
        let encoded = try Program.mmbert.run(
            ["tokenizer", "encode", "--tokenizer", "run/model", "--special", "line"],
            in: folder.path)
        #expect(encoded.output.hasPrefix("2 \(size) "), "\(encoded.output)")
    }
}
