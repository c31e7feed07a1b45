import Diagnostics
import Foundation
import TestSupport
import Testing
import Tokenization

/// The files for Hugging Face against conversions that were checked in its tokenizers library.
@Suite struct HuggingFaceTokenizerTests {
    private func tokenizerJSON(of model: String) throws -> NSDictionary {
        let files = try HuggingFaceTokenizer(Tokenizer(path: model)).files
        let json = try #require(files.first { $0.name == "tokenizer.json" })
        return try #require(
            JSONSerialization.jsonObject(with: Data(json.content)) as? NSDictionary)
    }

    private func expectEqual(_ found: NSDictionary, _ path: String) throws {
        let expected = try #require(
            JSONSerialization.jsonObject(with: Data(contentsOf: URL(filePath: path)))
                as? NSDictionary)
        #expect(Set(found.allKeys as? [String] ?? []) == Set(expected.allKeys as? [String] ?? []))
        for key in expected.allKeys as? [String] ?? [] {
            let equal = (found[key] as? NSObject) == (expected[key] as? NSObject)
            #expect(equal, "\(key) differs")
        }
    }

    @Test func `tokenizer.json equals a conversion checked by the tokenizers library`() throws {
        try expectEqual(
            tokenizerJSON(of: Fixtures.path("Tokenization/tiny.model")),
            Fixtures.path("Tokenization/tokenizer.json"))
    }

    @Test(.enabled(if: SharedFolder.has("golden"), "\(SharedFolder.absence)"))
    func `vocabulary and merges equal the golden conversion`() throws {
        let found = try tokenizerJSON(of: SharedFolder.path("golden/sp_sample.model"))
        let golden = try #require(
            JSONSerialization.jsonObject(
                with: Data(
                    contentsOf: URL(
                        filePath: SharedFolder.path("golden/sp_sample_tokenizer.json"))))
                as? NSDictionary)
        for key in ["normalizer", "pre_tokenizer", "post_processor", "decoder"] {
            #expect((found[key] as? NSObject) == (golden[key] as? NSObject), "\(key) differs")
        }
        // The golden mask leaves the space before it to be a piece.
        let tokens = [found, golden].map { file in
            (file["added_tokens"] as? [[String: Any]] ?? []).map { token in
                var token = token
                if token["content"] as? String == "<mask>" { token["lstrip"] = nil }
                return token as NSDictionary
            }
        }
        #expect(tokens[0] == tokens[1])
        let models = [found, golden].map { $0["model"] as? [String: Any] ?? [:] }
        #expect(
            models[0]["vocab"] as? [String: Int] == models[1]["vocab"] as? [String: Int])
        let merges = models.map { model in
            (model["merges"] as? [Any] ?? []).map { merge in
                (merge as? [String])?.joined(separator: " ") ?? merge as? String ?? ""
            }
        }
        #expect(merges[0].count == merges[1].count)
        #expect(merges[0] == merges[1])
    }

    @Test func `the configuration names roles, lengths and the tokenizer's class`() throws {
        let tokenizer = try Tokenizer(path: Fixtures.path("Tokenization/tiny.model"))
        let folder = try TemporaryFolder()
        try HuggingFaceTokenizer(tokenizer, maximumLength: 1024).write(toFolder: folder.path)
        let names = ["json", "model"].map { "tokenizer.\($0)" }
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
                == (["special_tokens_map.json", "tokenizer_config.json"] + names).sorted())
        let bytes = try Data(contentsOf: URL(filePath: folder.path("tokenizer_config.json")))
        let configuration = try #require(
            JSONSerialization.jsonObject(with: bytes) as? [String: Any])
        #expect(configuration["tokenizer_class"] as? String == "PreTrainedTokenizerFast")
        #expect(configuration["model_max_length"] as? Int == 1024)
        #expect(configuration["cls_token"] as? String == "<bos>")
        #expect(configuration["sep_token"] as? String == "<eos>")
        #expect(configuration["mask_token"] as? String == "<mask>")
    }

    @Test func `a folder's own files are copied as they are`() throws {
        let origin = try TemporaryFolder()
        try origin.write(Fixtures.bytes("Tokenization/tiny.model"), to: "tokenizer.model")
        try origin.write("{\"mine\": true}", to: "tokenizer.json")
        let target = try TemporaryFolder()
        try TokenizerFolder.write(
            Tokenizer(path: origin.path("tokenizer.model")), from: origin.path,
            to: target.path("tokenizer"))
        let copied = try String(
            contentsOfFile: target.path("tokenizer/tokenizer.json"), encoding: .utf8)
        #expect(copied == "{\"mine\": true}")
        #expect(
            !FileManager.default.fileExists(atPath: target.path("tokenizer/tokenizer_config.json")))
    }
}
