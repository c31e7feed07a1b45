import Autograd
import Diagnostics
import Encoders
import Formats
import Foundation
import ModelFolders
import PackedBatches
import TensorCore
import TestSupport
import Testing

@Suite("XLM-RoBERTa, RoBERTa and BERT compute what transformers computes")
struct SavedFamilyTests {
    @Test("hidden states of packed sequences of all lengths", arguments: SavedFamily.all)
    func states(saved: SavedFamily) throws {
        let model = try ModelFolder(path: saved.path).loadLanguageModel(requiringHead: false)
        let batch = try saved.record().batch
        let states = model.hiddenStates(batch, on: Tape.plain()).value.elements
        let expected = try saved.results().floats("hidden")
        #expect(mismatch(states, expected, share: 1e-5) == nil)
        // The last layer computes only the rows that are asked for, to the same numbers.
        let rows = Array(batch.cumulativeSequenceLengths.dropLast())
        let some = model.hiddenStates(batch, rows: rows, on: Tape.plain()).value.elements
        let width = model.configuration.hiddenSize
        let same = rows.flatMap { expected[Int($0) * width..<(Int($0) + 1) * width] }
        #expect(mismatch(some, same, share: 1e-5) == nil)
    }

    @Test("logits, losses and every parameter's gradient", arguments: SavedFamily.masked)
    func gradients(saved: SavedFamily) throws {
        let model = try ModelFolder(path: saved.path).loadLanguageModel()
        let (record, results) = (try saved.record(), try saved.results())
        let batch = record.batch
        let logits = model.logits(batch, rows: batch.scoredRows, on: Tape.plain()).elements
        #expect(mismatch(logits, try results.floats("logits"), share: 1e-5) == nil)
        let tape = Tape<Float>.plain(recording: true)
        let output = model.forward(
            batch, on: tape, dropout: nil, lossScale: 1 / Float(batch.scoredTokenCount))
        let loss = Double(output.loss.value[0, 0])
        let expected = try #require(record.loss)
        #expect(abs(loss / expected - 1) < 1e-5)
        tape.backward(from: output.loss)
        for parameter in model.parameters {
            let gradient = parameter.tensor.gradient?.elements ?? []
            let expected = try results.floats("gradient.", of: parameter)
            #expect(mismatch(gradient, expected, share: 1e-4) == nil, "\(parameter.name)")
        }
        let fused = model.parameters.count { $0.name.contains(".query_key_value.") }
        #expect(results.tensors.count == model.parameters.count + 2 * fused + 2)
    }

    @Test("within bf16's rounding, too", arguments: SavedFamily.all)
    func bfloat16(saved: SavedFamily) throws {
        let model = try ModelFolder(path: saved.path).loadLanguageModel(requiringHead: false)
        let tape = Tape<BFloat16>(
            parallel: Parallel(threads: 1), pool: BufferPool(), recording: false)
        let states = model.hiddenStates(try saved.record().batch, on: tape).value.elements
        let expected = try saved.results().floats("hidden")
        let error = zip(states, expected).reduce(0.0) { sum, pair in
            sum + Double((pair.0.widened - pair.1) * (pair.0.widened - pair.1))
        }
        // A dozen roundings of 2⁻⁹.
        #expect((error / Double(expected.count)).squareRoot() < 3e-2)
    }

    @Test("Padding inside a RoBERTa's sequence has its own position and does not count")
    func padding() throws {
        let model = try ModelFolder(path: SavedFamily("xlmr").path)
            .loadLanguageModel(requiringHead: false)
        let encoder = try #require(model.encoder as? PostNormEncoder)
        #expect(encoder.embeddings.firstPosition == 2)
        let batch = PackedBatch(sequences: [[0, 1, 5], [1]])
        let x = encoder.embed(batch, dropout: nil, on: Tape.plain()).value
        let (words, positions, types) = (
            encoder.embeddings.table.tensor.value, encoder.embeddings.positions.tensor.value,
            encoder.embeddings.types.tensor.value
        )
        func row(_ id: Int, at position: Int) -> [Float] {
            let sums = (0..<16).map {
                words[id, $0] + types[0, $0] + positions[position, $0]
            }
            let tape = Tape<Float>.plain()
            let normal: Tensor<Float> = encoder.embeddings.norm(
                Tensor(Matrix(rows: 1, columns: 16, elements: sums)), on: tape)
            return normal.value.elements
        }
        let expected = row(0, at: 2) + row(1, at: 1) + row(5, at: 3) + row(1, at: 1)
        #expect(mismatch(x.elements, expected, share: 1e-6) == nil)
    }

    @Test("Positions: behind that of padding in RoBERTa, from 0 in BERT")
    func limits() throws {
        for (name, rows) in [("xlmr", 42), ("roberta-masked", 42), ("bert", 40)] {
            let configuration = try ModelFolder(path: SavedFamily(name).path).configuration
            #expect((configuration as? PostNormConfiguration)?.positionRows == rows)
            #expect(configuration.maximumPositions == 40)
        }
    }
}

@Suite("Folders of XLM-RoBERTa and BERT that cannot be read as they are")
struct SavedFamilyErrorTests {
    private func error(
        _ name: String = "xlmr-masked", replacing old: String, by new: String,
        in file: String = "config.json"
    ) throws -> InputError? {
        let folder = try SavedFamily(name).copy()
        let text = try String(contentsOfFile: folder.path(file), encoding: .utf8)
        #expect(text.contains(old))
        try folder.write(text.replacingOccurrences(of: old, with: new), to: file)
        return #expect(throws: InputError.self) {
            _ = try ModelFolder(path: folder.path).loadLanguageModel(requiringHead: false)
        }
    }

    @Test(
        "are refused by the key",
        arguments: [
            ("position_embedding_type", #""absolute""#, #""relative_key""#),
            ("hidden_act", #""gelu""#, #""gelu_new""#), ("hidden_act", #""gelu""#, #""relu""#),
            ("num_attention_heads", "4", "3"), ("num_attention_heads", "4", "0"),
            ("max_position_embeddings", "42", "2"), ("max_position_embeddings", "42", "-3"),
            ("type_vocab_size", "1", "0"), ("layer_norm_eps", "1e-05", "0"),
            ("pad_token_id", "1", "60"), ("pad_token_id", "1", "-1"),
            ("pad_token_id", "1", "9223372036854775807"),
            ("vocab_size", "60", "4611686018427387904"),
        ])
    func keys(key: String, old: String, new: String) throws {
        let error = try error(replacing: "\"\(key)\": \(old)", by: "\"\(key)\": \(new)")
        let location = error?.location ?? ""
        #expect(location.hasSuffix("config.json: \(key)"), "\(location)")
    }

    @Test(
        "and by those of decoders",
        arguments: ["is_decoder", "add_cross_attention", "tie_word_embeddings", "model_type"])
    func decoders(key: String) throws {
        let value =
            key == "model_type" ? "\"electra\"" : key == "tie_word_embeddings" ? "false" : "true"
        let error = try error(
            replacing: #""model_type": "xlm-roberta""#,
            by: key == "model_type"
                ? "\"model_type\": \(value)"
                : "\"model_type\": \"xlm-roberta\", \"\(key)\": \(value)")
        #expect(error?.location.hasSuffix("config.json: \(key)") == true)
    }

    @Test("and by the class of another family's head")
    func classes() throws {
        let error = try error(
            "xlmr-label-3", replacing: "XLMRobertaForSequence", by: "ModernBertForSequence")
        #expect(error?.location.hasSuffix("config.json: architectures") == true)
        #expect(error?.expected.contains("XLMRobertaForSequenceClassification") == true)
    }

    @Test("and by the tensor that is missing, misshapen or superfluous")
    func tensors() throws {
        for (old, new, name) in [
            ("attention.self.key.bias", "attention.self.kee.bias", "attention.self.key.bias"),
            ("lm_head.layer_norm.bias", "lm_head.layer_morn.bias", "lm_head.layer_norm.bias"),
            ("\"shape\":[42,16]", "\"shape\":[16,42]", "position_embeddings.weight"),
        ] {
            let folder = try SavedFamily("xlmr-masked").copy()
            var bytes = try Data(contentsOf: URL(filePath: folder.path("model.safetensors")))
            let range = try #require(bytes.range(of: Data(old.utf8)))
            bytes.replaceSubrange(range, with: Data(new.utf8))
            try folder.write(Array(bytes), to: "model.safetensors")
            let error = #expect(throws: InputError.self) {
                _ = try ModelFolder(path: folder.path)
            }
            #expect(error?.location.contains(name) == true, "\(error?.location ?? "")")
        }
    }

    @Test("Weights as a pickle alone are refused with what to do")
    func pickle() throws {
        let folder = try SavedFamily("bert-masked").copy()
        try FileManager.default.moveItem(
            atPath: folder.path("model.safetensors"), toPath: folder.path("pytorch_model.bin"))
        let error = #expect(throws: InputError.self) { _ = try ModelFolder(path: folder.path) }
        #expect(error?.found.contains("pytorch_model.bin") == true)
        #expect(error?.remedy.contains("save_pretrained") == true)
    }

    @Test("A copy of the decoder that is not the token table is refused")
    func untied() throws {
        let folder = try SavedFamily("xlmr-copies").copy()
        let path = folder.path("model.safetensors")
        let file = try SafetensorsFile(path: path)
        let tensors = try file.tensors.filter { $0.element.isFloat }.map { tensor in
            var numbers = try file.floats(tensor.name)
            if tensor.name == "lm_head.decoder.bias" { numbers[3] += 1 }
            return NamedMatrix(
                name: tensor.name, shape: tensor.shape,
                matrix: Matrix(
                    rows: numbers.count / (tensor.shape.last ?? 1),
                    columns: tensor.shape.last ?? 1, elements: numbers))
        }
        try MatrixFile.write(tensors, to: path)
        let error = #expect(throws: InputError.self) {
            _ = try ModelFolder(path: folder.path).loadLanguageModel()
        }
        #expect(error?.location.hasSuffix(": lm_head.decoder.bias") == true)
    }

    @Test("They cannot be pre-trained")
    func pretraining() throws {
        let error = #expect(throws: InputError.self) {
            _ = try ModelFolder(path: SavedFamily("xlmr-masked").path).load()
        }
        #expect(error?.location.hasSuffix("model_type") == true)
    }

    @Test("Without a head they are no masked language models")
    func headless() throws {
        let error = #expect(throws: InputError.self) {
            _ = try ModelFolder(path: SavedFamily("bert").path).loadLanguageModel()
        }
        #expect(error?.found.contains("cls.predictions.transform.dense.weight") == true)
    }
}
