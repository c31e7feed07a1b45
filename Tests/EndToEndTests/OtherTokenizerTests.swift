import Formats
import Foundation
import ModelFolders
import TestSupport
import Testing

/// Models whose tokenizer is none of SentencePiece's: a byte-level one as ModernBERT's, with fewer
/// pieces than the token table has rows.
@Suite("A model with a byte-level tokenizer")
struct OtherTokenizerTests {
    let used: UsedModel
    private var folder: TemporaryFolder { used.folder }

    /// Makes the model's folder, `english`.
    init() throws {
        used = try UsedModel()
        try Folder.create(folder.path("english"))
        for name in ["config.json", "model.safetensors"] {
            try FileManager.default.copyItem(
                atPath: Folder.join(used.model, name), toPath: folder.path("english/\(name)"))
        }
        try folder.write(
            Fixtures.bytes("Tokenization/byte-level.json"), to: "english/tokenizer.json")
        try folder.write(
            #"{"pad_token": "[PAD]", "unk_token": "[UNK]", "mask_token": "[MASK]"}"#,
            to: "english/special_tokens_map.json")
    }

    private func run(_ arguments: String...) throws -> RunningProgram.Ending {
        try Program.mmbert.run(arguments, in: folder.path)
    }

    @Test("Its own mask is filled, its own tokens go around texts")
    func use() throws {
        let filled = try run(
            "fill-mask", "--model", "english", "--json", "--text", "the [MASK] house")
        #expect(filled.exitCode == 0, "\(filled.messages)")
        #expect(filled.output.contains(#""masks":[{"#))
        let refused = try run("fill-mask", "--model", "english", "--text", "the <mask> house")
        expectMistake(refused, ["expected [MASK] in the text"])

        try folder.write("the house\n", to: "text")
        let encoded = try run("tokenizer", "encode", "--tokenizer", "english", "--special", "text")
        let ids = encoded.output.split(whereSeparator: \.isWhitespace).joined(separator: ", ")
        #expect(ids.hasPrefix("608, ") && ids.hasSuffix(", 609"), "\(encoded.messages)")
        try folder.write("{\"input_ids\": [\(ids)]}\n", to: "ids.jsonl")
        let vectors = try run("embed", "--model", "english", "--input", "text")
        #expect(vectors.exitCode == 0, "\(vectors.messages)")
        #expect(
            try vectors.output == run("embed", "--model", "english", "--input", "ids.jsonl").output)
    }

    @Test("Training continues from it, stopped or not, and hands its tokenizer on")
    func training() throws {
        let lines = (0..<400).map { "The house's roof has \($0) tiles, and nobody counts them.\n" }
        try folder.write(lines.joined(), to: "text/eng_Latn.txt")
        let built = try run(
            "data", "build", "--input", "text", "--tokenizer", "english", "--context", "32",
            "--output", "shards")
        try #require(built.exitCode == 0, "\(built.messages)")
        let recipe = """
            name: onward
            model: {initialize_from: english, max_positions: 64}
            tokenizer: english
            checkpoint: {every: 2k}
            phases:
              - name: pretrain
                tokens: 6k
                context: 32
                mask: {ratio: 0.3}
                data: {manifest: shards/manifest.yaml}
                learning_rate: {peak: 1e-3}
                batch: {tokens: 512, microbatch: 256}

            """
        try folder.write(recipe, to: "recipe.yaml")
        let data = SmallData(folder: folder.path)
        let run = SmallRun(data: data, folder: folder.path("run"))
        try removeTokenIDs()
        let ids = "pad: 610, eos: 609, bos: 608"
        expectMistake(
            try run.train(),
            ["found \(ids). Write special_tokens: {\(ids)} under model, or name the model's own"])
        try folder.write(
            recipe.replacing("64}", with: "64, special_tokens: {\(ids)}}"), to: "recipe.yaml")
        let plan = try run.train("--dry-run")
        #expect(
            plan.messages.contains(
                "612 pieces, as the shards have and the model, which has 28 rows"),
            "\(plan.messages)")
        let ending = try run.train()
        try #require(ending.exitCode == 0, "\(ending.messages)")
        let written = try String(contentsOfFile: run.path("model/config.json"), encoding: .utf8)
        #expect(
            written.contains("\"mask_token_id\": 611") && written.contains("\"unk_token_id\": 607"))
        let stopped = SmallRun(data: data, folder: folder.path("stopped"))
        #expect(try stopped.train("--stop-after", "5steps").exitCode == 0)
        #expect(try stopped.train().exitCode == 0)
        for name in ["model.safetensors", "tokenizer.json", "special_tokens_map.json"] {
            let made = FileManager.default.contents(atPath: run.path("model/\(name)"))
            #expect(made != nil, "\(name)")
            #expect(
                made == FileManager.default.contents(atPath: stopped.path("model/\(name)")),
                "\(name)")
        }
        #expect(
            FileManager.default.contents(atPath: run.path("model/tokenizer.json"))
                == FileManager.default.contents(atPath: folder.path("english/tokenizer.json")))
    }

    @Test("It goes on with other pieces: rows by their texts, told in numbers")
    func newVocabulary() throws {
        let data = try SmallData.shared()
        let recipe = """
            name: onward
            model: {initialize_from: english, vocabulary: 640, max_positions: 64}
            tokenizer: tokenizer
            phases:
              - name: pretrain
                tokens: 4k
                context: 32
                mask: {ratio: 0.3}
                data: {manifest: shards/manifest.yaml}
                learning_rate: {peak: 1e-3, warmup: 1k}
                batch: {tokens: 512, microbatch: 256}

            """
        let run = SmallRun(
            data: try data.linked(into: folder.path, recipe: recipe), folder: folder.path("run"))
        // As many rows, other pieces: never in silence.
        expectMistake(
            try run.train("--dry-run"),
            [
                "english: expected a tokenizer with \"<pad>\" as piece 0, as in ",
                "With model.initialize_tokens: mean-of-pieces and model.vocabulary: 640, pieces that "
                    + "both tokenizers have are copied",
            ])
        let key = "model.initialize_tokens=mean-of-pieces"
        let plan = try run.train("--dry-run", "--set", key)
        #expect(plan.exitCode == 0, "\(plan.messages)")
        for words in [
            " of 640 pieces copied, ", " as the mean of old pieces, 5 special tokens by role, ",
        ] {
            #expect(plan.messages.contains(words), "\(plan.messages)")
        }
        let planned = try Program.mmbert.run(
            ["plan", run.data.recipe, "--no-calibration", "--set", key], in: folder.path)
        #expect(planned.messages.contains(" pieces copied, "), "\(planned.messages)")
        let shared = try run.train("--dry-run", "--set", "model.initialize_tokens=shared-pieces")
        #expect(shared.messages.contains(" pieces copied, 5 special tokens by role, "))
        let ending = try run.train("--set", key)
        try #require(ending.exitCode == 0, "\(ending.messages)")
        let written = try ModelFolder(path: run.path("model"))
        #expect(written.configuration.padTokenID == 0 && written.configuration.maskTokenID == 4)
        let stopped = SmallRun(data: run.data, folder: folder.path("stopped"))
        #expect(try stopped.train("--set", key, "--stop-after", "3steps").exitCode == 0)
        #expect(try stopped.train("--set", key, "--threads", "1").exitCode == 0)
        #expect(
            FileManager.default.contents(atPath: run.path("model/model.safetensors"))
                == FileManager.default.contents(atPath: stopped.path("model/model.safetensors")))
    }

    /// transformers writes no ids of the unknown and the mask: they are the tokenizer's.
    private func removeTokenIDs() throws {
        let configuration = try String(
            contentsOfFile: folder.path("english/config.json"), encoding: .utf8)
        try folder.write(
            configuration.split(separator: "\n").filter {
                !$0.contains("unk_token_id") && !$0.contains("mask_token_id")
            }.joined(separator: "\n"), to: "english/config.json")
    }
}
