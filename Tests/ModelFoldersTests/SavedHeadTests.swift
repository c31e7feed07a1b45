import Autograd
import Diagnostics
import Encoders
import Formats
import Foundation
import Host
import ModelFolders
import TensorCore
import TestSupport
import Testing

@Suite("Folders with heads for tasks")
struct SavedHeadTests {
    @Test("Heads that transformers saved are what its config.json says")
    func read() throws {
        let names = ["no", "yes", "vielleicht „so“", "a \"quoted\" \\ name", "Größe\t汉"]
        func head(
            _ kind: TaskHead.Kind, _ labels: [String], _ pooling: TaskHead.Pooling,
            _ objective: TaskHead.Objective = .oneLabel
        ) -> TaskHead {
            TaskHead(kind, labels: labels, objective: objective, pooling: pooling, dropout: 0.25)
        }
        let (one, two) = (TaskHead.placeholders(1), TaskHead.placeholders(2))
        let expected = [
            "score-cls": head(.sequence, one, .cls, .regression),
            "score-mean": head(.sequence, one, .mean, .regression),
            "label-cls-2": head(.sequence, two, .cls),
            "label-mean-2": head(.sequence, two, .mean),
            "label-cls-5": head(.sequence, names, .cls),
            "label-mean-5": head(.sequence, TaskHead.placeholders(5), .mean),
            "labels-mean-5": head(.sequence, names, .mean, .manyLabels),
            "tokens-1": head(.tokens, one, .cls),
            "tokens-5": head(.tokens, names, .mean),
            "answers": head(.answers, two, .cls),
            "choice-cls": head(.choice, one, .cls),
            "choice-mean": head(.choice, one, .mean),
        ]
        for (name, expected) in expected {
            let folder = try ModelFolder(path: SavedHead.path(name))
            #expect(folder.head == .task(expected), "\(name)")
            #expect(!folder.hasHead && folder.classifierPooling == expected.pooling)
            let model = try folder.loadTask()
            let shape = try folder.modernBERT()
            #expect(model.task == expected)
            #expect(model.configuration as? ModernBERTConfiguration == shape)
        }
    }

    @Test("What is written is read again", arguments: TaskHead.all, [Precision.fp32, .bf16])
    func roundTrip(task: TaskHead, precision: Precision) throws {
        let folder = try TemporaryFolder()
        let model = TaskModel.tiny(task)
        try ModelFolder.write(model, tokenizer: nil, precision: precision, into: folder.path)
        let read = try ModelFolder(path: folder.path).loadTask()
        #expect(read.task == task)
        for (loaded, original) in zip(read.parameters, model.parameters) {
            let values = original.tensor.value.elements
            #expect(
                loaded.tensor.value.elements
                    == (precision == .fp32
                        ? values : values.map { BFloat16(rounding: $0).widened }))
        }
    }

    @Test("A model of some rows of the table is written with all rows, and the ids of the whole")
    func whole() throws {
        let folder = try TemporaryFolder()
        let model = TaskModel.tiny(TaskHead(.tokens, labels: ["a", "b"]), padTokenID: 1)
        var configuration = TinyModel.configuration()
        (configuration.vocabularySize, configuration.padTokenID) = (200, 160)
        let table = Parameter(
            name: "model.embeddings.tok_embeddings.weight", rows: 200, columns: 32)
        table.tensor.value.copy(from: testMatrix(200, 32, seed: 4))
        try ModelFolder.write(
            model, whole: (configuration, table), tokenizer: nil, into: folder.path)
        let read = try ModelFolder(path: folder.path)
        #expect(try read.modernBERT() == configuration)
        for (loaded, original) in zip(
            try read.loadTask().parameters, [table] + model.parameters.dropFirst())
        {
            #expect(loaded.tensor.value.elements == original.tensor.value.elements)
        }
    }

    @Test("A folder of ours says its labels both ways round")
    func labels() throws {
        let folder = try TemporaryFolder()
        for task in TaskHead.all {
            try ModelFolder.write(TaskModel.tiny(task), tokenizer: nil, into: folder.path)
            let data = try Data(contentsOf: URL(fileURLWithPath: folder.path("config.json")))
            let object = try #require(
                JSONSerialization.jsonObject(with: data) as? [String: Any])
            let names = try #require(object["id2label"] as? [String: String])
            let ids = try #require(object["label2id"] as? [String: Int])
            for (index, label) in task.labels.enumerated() {
                #expect(names["\(index)"] == label && ids[label] == index)
            }
            #expect(names.count == task.labels.count && ids.count == task.labels.count)
            let problem = object["problem_type"] as? String
            #expect(problem == (task.kind == .sequence ? task.objective.rawValue : nil))
        }
    }
}

@Suite("Heads that are not what their folder says")
struct SavedHeadErrorTests {
    /// What is wrong with a copy of the folder `name` in which texts of config.json are replaced.
    private func refusal(
        of name: String, _ replacements: (String, String)...
    ) throws -> (error: InputError, folder: TemporaryFolder) {
        let folder = try SavedHead.copy(name)
        var text = try String(contentsOfFile: folder.path("config.json"), encoding: .utf8)
        for (old, new) in replacements {
            try #require(text.contains(old), "\(old) in \(name)")
            text = text.replacingOccurrences(of: old, with: new)
        }
        try folder.write(text, to: "config.json")
        let error = #expect(throws: InputError.self) { _ = try ModelFolder(path: folder.path) }
        return (try #require(error), folder)
    }

    private let sequence = "ModernBertForSequenceClassification"
    private let masked = "ModernBertForMaskedLM"

    @Test("A classifier in a folder that names another architecture, or none")
    func otherArchitecture() throws {
        for (old, new, found) in [
            (sequence, masked, masked), (sequence, "ModernBertModel", "ModernBertModel"),
            ("architectures", "architects", "no such key"),
            ("\"\(sequence)\"", "", "no such key"),
        ] {
            let (error, folder) = try refusal(of: "label-cls-2", (old, new))
            #expect(error.location == folder.path("config.json: architectures"))
            #expect(error.found == found)
            #expect(error.expected.contains("classifier."))
            #expect(error.expected.contains("ModernBertForTokenClassification"))
        }
    }

    @Test("A folder that names a head of which it has no tensor")
    func noClassifier() throws {
        for name in ["Checkpoints/models/old-keys", "Inference/0"] {
            let folder = try TemporaryFolder()
            for file in ["config.json", "model.safetensors"] {
                let bytes = try Fixtures.bytes("\(name)/\(file)")
                try folder.write(
                    file == "config.json"
                        ? Array(
                            String(decoding: bytes, as: UTF8.self)
                                .replacingOccurrences(of: masked, with: sequence).utf8)
                        : bytes, to: file)
            }
            let error = #expect(throws: InputError.self) { _ = try ModelFolder(path: folder.path) }
            #expect(error?.location == folder.path("config.json: architectures"))
            #expect(error?.found == sequence)
            #expect(error?.expected.contains("classifier.weight") == true)
        }
    }

    @Test("A head of other tensors than the one that is named: of another family, or misshapen")
    func tensors() throws {
        let folder = try SavedHead.copy("label-cls-2")
        let file = try SafetensorsFile(path: SavedHead.path("label-cls-2") + "/model.safetensors")
        let cases: [(old: String, new: String?, location: String)] = [
            ("classifier.weight", "qa_outputs.weight", "classifier.weight"),
            ("classifier.bias", nil, "classifier.bias"),
            ("head.norm.weight", nil, "head.norm.weight"),
            ("head.dense.weight", "classifier.dense.weight", "head.dense.weight"),
        ]
        for (old, new, location) in cases {
            let tensors = file.tensors.filter { $0.name != old || new != nil }
            func name(_ tensor: String) -> String { tensor == old ? new ?? old : tensor }
            let writer = try SafetensorsWriter(
                path: folder.path("model.safetensors"),
                tensors: tensors.map { .init(name: name($0.name), shape: $0.shape) })
            for tensor in tensors {
                try writer.write(try file.floats(tensor.name), to: name(tensor.name))
            }
            try writer.finish()
            let error = #expect(throws: InputError.self) { _ = try ModelFolder(path: folder.path) }
            #expect(error?.location == folder.path("model.safetensors: \(location)"))
        }
    }

    @Test("More labels in config.json than the classifier has rows, or fewer")
    func counts() throws {
        let (more, folder) = try refusal(
            of: "label-cls-2",
            ("\"initializer_range\"", "\"num_labels\": 3, \"initializer_range\""))
        #expect(more.location == folder.path("model.safetensors: classifier.weight"))
        #expect(more.expected == "shape [3, 16]" && more.found == "shape [2, 16]")
        let last = ",\n    \"4\": \"Gr\\u00f6\\u00dfe\\t\\u6c49\""
        let (fewer, _) = try refusal(of: "label-cls-5", (last, ""))
        #expect(fewer.expected == "shape [4, 16]" && fewer.found == "shape [5, 16]")
    }

    @Test("Labels with gaps, or of one name")
    func labels() throws {
        for (old, new) in [
            ("\"2\":", "\"5\":"), ("\"0\":", "\"zero\":"), ("\"1\":", "\"01\":"),
            ("\"1\": \"yes\"", "\"1\": \"no\""),
        ] {
            let (error, folder) = try refusal(of: "label-cls-5", (old, new))
            #expect(error.location == folder.path("config.json: id2label"))
        }
        for new in ["7", "null", "[\"yes\"]"] {
            let (error, folder) = try refusal(
                of: "label-cls-5", ("\"1\": \"yes\"", "\"1\": \(new)"))
            #expect(error.location.hasPrefix(folder.path("config.json: id2label")))
        }
    }

    @Test(
        "Values that transformers does not know, or that a head of its kind cannot have",
        arguments: [
            ("labels-mean-5", "problem_type", "\"multi_label_classification\"", "\"many\""),
            ("labels-mean-5", "problem_type", "\"multi_label_classification\"", "\"regression\""),
            ("label-cls-2", "classifier_pooling", "\"cls\"", "\"max\""),
            ("label-cls-2", "classifier_pooling", "\"cls\"", "3"),
            ("label-cls-2", "classifier_dropout", "0.25", "1.0"),
            ("label-cls-2", "classifier_dropout", "0.25", "-0.5"),
            ("label-cls-2", "classifier_dropout", "0.25", "\"much\""),
            ("label-cls-2", "classifier_dropout", "0.25", "1e999"),
        ])
    func values(name: String, key: String, old: String, new: String) throws {
        let (error, folder) = try refusal(of: name, ("\"\(key)\": \(old)", "\"\(key)\": \(new)"))
        #expect(error.location.hasPrefix(folder.path("config.json")))
        #expect("\(error)".contains(key) || new == "1e999", "\(error)")
    }

    @Test(
        "Numbers of labels that no head has", arguments: ["0", "-1", "1.5", "4000000000", "\"2\""])
    func numbers(count: String) throws {
        let place = "\"initializer_range\""
        let (error, folder) = try refusal(
            of: "label-cls-2", (place, "\"num_labels\": \(count), \(place)"))
        #expect(error.location.hasPrefix(folder.path("config.json")))
        let (three, other) = try refusal(of: "answers", (place, "\"num_labels\": 3, \(place)"))
        #expect(three.location == other.path("config.json: num_labels") && three.found == "3")
    }

    @Test("A masked language model where a head is wanted, and the other way round")
    func wanted() throws {
        let classifier = try ModelFolder(path: SavedHead.path("label-cls-2"))
        let other = #expect(throws: InputError.self) { _ = try classifier.load() }
        #expect(other?.found == "a model with a head that classifies texts")
        #expect(other?.remedy.contains("mmbert predict") == true)
        _ = try classifier.load(requiringHead: false)
        for (name, found) in [
            ("old-keys", "a masked language model"), ("base-fp16", "an encoder without a head"),
        ] {
            let folder = try ModelFolder(path: SavedModel(name).path)
            let error = #expect(throws: InputError.self) { _ = try folder.loadTask() }
            #expect(error?.location == folder.path && error?.found == found)
            #expect(error?.remedy.contains("mmbert finetune") == true)
        }
    }
}
