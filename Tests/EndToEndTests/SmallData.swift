import Formats
import Foundation
import Testing

/// Data of six made-up languages and a recipe of three phases, three decay variants and a merge,
/// made once by the real programs: what every test here begins with.
struct SmallData: Sendable {
    /// Holds `text/`, three tokenizers, `shards/` and `recipe.yaml`.
    let folder: String

    /// The data that all tests read and none changes.
    static func shared() throws -> SmallData { try made.get() }

    /// The recipe's path.
    var recipe: String { Folder.join(folder, "recipe.yaml") }

    /// A copy of tokenizer, shards and recipe in `folder`, to be damaged.
    func copy(into folder: String) throws -> SmallData {
        for name in ["tokenizer", "shards", "recipe.yaml"] {
            try FileManager.default.copyItem(
                atPath: Folder.join(self.folder, name), toPath: Folder.join(folder, name))
        }
        return SmallData(folder: folder)
    }

    /// The same data under `folder`, with another recipe.
    func linked(into folder: String, recipe: String) throws -> SmallData {
        for name in ["tokenizer", "smaller-tokenizer", "other-tokenizer", "shards"] {
            try FileManager.default.createSymbolicLink(
                atPath: Folder.join(folder, name),
                withDestinationPath: Folder.join(self.folder, name))
        }
        try AtomicFile.write(recipe, to: Folder.join(folder, "recipe.yaml"))
        return SmallData(folder: folder)
    }

    /// The shard of one language's training data.
    func shard(_ language: String) -> String {
        Folder.join(folder, "shards/train/\(language)/shard.00000.mds.zstd")
    }

    private static let made = Result { try make() }

    private static func make() throws -> SmallData {
        let folder = ProcessFolder.path("data")
        try Folder.create(folder)
        for command in [
            ["data", "synthesize", "--languages", "6", "--bytes", "300k", "--seed", "5"]
                + ["--output", "text"],
            ["tokenizer", "train", "--input", "text", "--vocabulary", "640"]
                + ["--output", "tokenizer"],
            ["tokenizer", "train", "--input", "text", "--vocabulary", "600"]
                + ["--output", "smaller-tokenizer"],
            ["tokenizer", "train", "--input", "text", "--vocabulary", "640"]
                + ["--languages", "qab_Latn", "--output", "other-tokenizer"],
            ["data", "build", "--input", "text", "--tokenizer", "tokenizer", "--context", "64"]
                + ["--held-out", "0.05", "--output", "shards"],
        ] {
            let ending = try Program.mmbert.run(command, in: folder)
            try #require(ending.exitCode == 0, "\(command): \(ending.messages)")
        }
        let data = SmallData(folder: folder)
        try AtomicFile.write(text, to: data.recipe)
        return data
    }

    /// Line numbers in tests refer to it.
    static let text = """
        name: small
        seed: 7
        model: {vocabulary: 640, hidden: 48, intermediate: 64, layers: 4, heads: 2,
          max_positions: 64, local_attention: 16}
        tokenizer: tokenizer
        checkpoint: {every: 8k, keep: 2}
        evaluate: {every: 16k, mask_ratio: 0.15, tokens_per_language: 256}
        log: {every_steps: 2}
        lanes: 2
        phases:
          - name: pretrain
            tokens: 40k
            context: 32
            mask: {ratio: 0.3}
            data: {manifest: shards/manifest.yaml, languages: {largest: 3}, temperature: 0.7}
            learning_rate: {peak: 3e-3, warmup: 4k}
            batch: {tokens: 2_048, from: 512, warmup: 10k, microbatch: 512}
          - name: midtrain
            tokens: 20k
            context: 64
            rope_theta: {global: 160_000, local: 10_000}
            mask: {ratio: 0.15}
            data: {manifest: shards/manifest.yaml, languages: {largest: 5}, \
        temperature: {from: 0.6, to: 0.4}, entry: {first: 3, until: 8k}}
            learning_rate: {peak: 3e-3}
            batch: {tokens: 2_048, microbatch: 512}
          - name: decay
            tokens: 12k
            context: 64
            mask: {ratio: 0.05}
            data: {manifest: shards/manifest.yaml, languages: {largest: 5}, temperature: 0.3}
            learning_rate: {peak: 3e-3, shape: one-minus-sqrt}
            batch: {tokens: 2_048, microbatch: 512}
            variants:
              - {name: large, data: {temperature: 0.7}}
              - continued
              - {name: all, data: {languages: all}}
        merge: {method: ties, density: 0.2}

        """
}

/// A folder of this test process, removed when the process ends.
enum ProcessFolder {
    private static let folder: String = {
        atexit { try? FileManager.default.removeItem(atPath: ProcessFolder.folder) }
        return FileManager.default.temporaryDirectory
            .appending(path: "mmbert-end-to-end-\(getpid())").path
    }()

    /// The path of `name` inside the folder.
    static func path(_ name: String) -> String { Folder.join(folder, name) }
}
