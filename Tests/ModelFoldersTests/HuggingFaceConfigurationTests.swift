import Diagnostics
import Encoders
import Foundation
import ModelFolders
import Testing

@Suite("A model's config.json")
struct HuggingFaceConfigurationTests {
    @Test("a configuration survives being written for Hugging Face and read back")
    func roundTrip() throws {
        var configuration = ModernBERTConfiguration.mmBERTSmall
        configuration.globalRotaryBase = 160_000
        configuration.localRotaryBase = 10_000
        configuration.globalAttentionEveryNLayers = 7
        let text = configuration.huggingFaceJSON
        let read = try ModernBERTConfiguration(
            huggingFaceJSON: Data(text.utf8), path: "config.json")
        #expect(read == configuration)
    }

    @Test("a pattern of layers survives it too, and one with a period becomes that period")
    func patterns() throws {
        var configuration = ModernBERTConfiguration.mmBERTSmall
        configuration.layerCount = 5
        for types: [LayerType] in [
            [.local, .local, .local, .local, .local], [.global, .local, .local, .global, .global],
        ] {
            configuration.layerTypes = types
            let read = try Self.read(configuration.huggingFaceJSON(storedIn: .bf16))
            #expect(read == configuration)
            #expect((0..<5).map(read.isGlobal) == types.map { $0 == .global })
        }
        for (types, period): ([LayerType], Int) in [
            ([.global, .local, .global, .local, .global], 2),
            ([.global, .global, .global, .global, .global], 1),
            ([.global, .local, .local, .local, .local], 5),
        ] {
            configuration.layerTypes = types
            let read = try Self.read(configuration.huggingFaceJSON)
            #expect(read.layerTypes == nil && read.globalAttentionEveryNLayers == period)
        }
    }

    private static func read(_ text: String) throws -> ModernBERTConfiguration {
        try ModernBERTConfiguration(huggingFaceJSON: Data(text.utf8), path: "config.json")
    }

    @Test("ids of special tokens may be lists, of which the first counts, or null")
    func tokenIDs() throws {
        let sizes = """
            "vocab_size": 100, "hidden_size": 32, "intermediate_size": 48,
            "num_hidden_layers": 4, "num_attention_heads": 2
            """
        let read = try Self.read(
            """
            {\(sizes), "eos_token_id": [7, 9], "bos_token_id": [8], "pad_token_id": null,
             "mask_token_id": [], "cls_token_id": null, "sep_token_id": [9, 7]}
            """)
        let usual = try Self.read("{\(sizes)}")
        #expect(read.eosTokenID == 7 && read.bosTokenID == 8 && read.sepTokenID == 9)
        #expect(read.padTokenID == usual.padTokenID && read.maskTokenID == usual.maskTokenID)
        #expect(read.clsTokenID == 8)
        for wrong in ["\"7\"", "{}", "[[7]]", "[-1]"] {
            let error = #expect(throws: InputError.self) {
                try Self.read("{\(sizes), \"eos_token_id\": \(wrong)}")
            }
            #expect(error?.location.contains("eos_token_id") == true, "\(wrong)")
        }
    }

    @Test("bases come from the newer keys, the older ones, or transformers' defaults")
    func bases() throws {
        let sizes = """
            "vocab_size": 100, "hidden_size": 32, "intermediate_size": 48,
            "num_hidden_layers": 4, "num_attention_heads": 2
            """
        for (keys, global, local) in [
            ("", 160_000.0, 10_000.0),
            (#", "global_rope_theta": 5e3, "local_rope_theta": 700"#, 5000, 700),
            (#", "rope_theta": 5e3, "local_rope_theta": null"#, 5000, 5000),
            (
                #", "rope_parameters": {"sliding_attention": {"rope_theta": 9}}, "#
                    + #""global_rope_theta": 8, "local_rope_theta": 7"#, 8, 9
            ),
            (
                #", "rope_parameters": {"full_attention": {"rope_theta": 9, "#
                    + #""partial_rotary_factor": 1.0}}"#, 9, 10_000
            ),
        ] {
            let read = try Self.read("{\(sizes)\(keys)}")
            #expect(read.globalRotaryBase == global && read.localRotaryBase == local, "\(keys)")
        }
    }

    @Test("keys of transformers 4 are enough, and its defaults hold for what is missing")
    func oldKeys() throws {
        let read = try ModernBERTConfiguration(
            huggingFaceJSON: Data(
                """
                {"model_type": "modernbert", "vocab_size": 100, "hidden_size": 32,
                 "intermediate_size": 48, "num_hidden_layers": 5, "num_attention_heads": 2,
                 "global_attn_every_n_layers": 2, "global_rope_theta": 5000.0,
                 "local_rope_theta": 700, "mask_token_id": 9}
                """.utf8), path: "config.json")
        #expect(read.globalAttentionEveryNLayers == 2)
        #expect(read.globalRotaryBase == 5000)
        #expect(read.localRotaryBase == 700)
        #expect(read.localAttention == 128)
        #expect(read.maskTokenID == 9)
    }

    @Test(
        "a configuration that this encoder would compute differently is refused",
        arguments: [
            (#""hidden_activation": "relu""#, "hidden_activation"),
            (#""mlp_bias": true"#, "mlp_bias"),
            (#""tie_word_embeddings": false"#, "tie_word_embeddings"),
            (#""num_attention_heads": 3"#, "heads"),
            (#""layer_types": ["full_attention", "full_attention"]"#, "layer_types"),
            (
                #""rope_parameters": {"full_attention": {"rope_type": "yarn"}}"#,
                "rope_parameters.full_attention.rope_type"
            ),
            (
                #""rope_parameters": {"sliding_attention": {"factor": 2.0}}"#,
                "rope_parameters.sliding_attention.factor"
            ),
            (
                #""rope_parameters": {"rope_theta": 1e4, "rope_type": "default"}"#,
                "rope_parameters.rope_theta"
            ),
            (#""rope_scaling": {"type": "linear", "factor": 2}"#, "rope_scaling"),
            (
                #""layer_types": ["full_attention", "chunked_attention", "a", "b"]"#,
                "layer_types[1]"
            ),
            (#""is_causal": true"#, "is_causal"),
            (#""num_key_value_heads": 1"#, "num_key_value_heads"),
            (#""head_dim": 64"#, "head_dim"),
            (#""quantization_config": {"bits": 4}"#, "quantization_config"),
            (#""pad_token_id": 100"#, "pad_token_id"),
            (#""num_hidden_layers": 1000000"#, "layers"),
            (#""vocab_size": "many""#, "vocab_size"),
        ])
    func refusals(extra: String, key: String) throws {
        let fields = [
            "vocab_size": "100", "hidden_size": "32", "intermediate_size": "48",
            "num_hidden_layers": "4", "num_attention_heads": "2",
        ]
        let kept = fields.filter { !extra.contains("\"\($0.key)\"") }
            .map { "\"\($0.key)\": \($0.value)" }
        let text = "{" + (kept + [extra]).joined(separator: ", ") + "}"
        let error = try #require(throws: InputError.self) {
            try ModernBERTConfiguration(huggingFaceJSON: Data(text.utf8), path: "config.json")
        }
        #expect(error.location == "config.json: \(key)")
    }

    @Test("a number that fits in no integer is refused")
    func largeNumber() throws {
        let error = try #require(throws: InputError.self) {
            try Self.read(#"{"vocab_size": 1e99}"#)
        }
        #expect(error.expected == "a JSON object whose numbers fit in 64 bits")
    }

    @Test("text that is no JSON is told with its line, and a value's kind in words of JSON")
    func noJSON() throws {
        for (text, message) in [
            ("", "found an empty file. Use the config.json of a ModernBERT model."),
            ("{\n\"vocab_size\": }", "found \"}\" in line 2. Use the config.json"),
            ("[1]", "config.json: expected an object, found a value of another kind. Use"),
            (#"{"vocab_size": "many"}"#, "vocab_size: expected an integer, found a value of"),
        ] {
            let error = try #require(throws: InputError.self) { try Self.read(text) }
            #expect(error.description.contains(message), "\(error)")
        }
    }

    @Test("a missing key is named")
    func missingKey() throws {
        let error = try #require(throws: InputError.self) {
            try ModernBERTConfiguration(huggingFaceJSON: Data("{}".utf8), path: "config.json")
        }
        #expect(error.expected == "the key vocab_size")
    }
}
