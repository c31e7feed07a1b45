import Diagnostics
import Encoders
import Formats
import Tokenization

extension SentencePooling {
    /// `config_sentence_transformers.json`.
    private struct Settings: Decodable {
        let prompts: [String: String?]?
        let usualPrompt: String?
        let dimensions: Int?

        enum CodingKeys: String, CodingKey {
            case prompts
            case usualPrompt = "default_prompt_name"
            case dimensions = "truncate_dim"
        }
    }

    /// Where the encoder of `folder` is: in it, or where its `modules.json` says.
    static func encoderFolder(of folder: String) throws -> String {
        guard try !Folder.exists(Folder.join(folder, ModelFiles.configuration)),
            let modules = try SentenceModule.list(of: folder),
            let index = modules.firstIndex(where: { $0.kind == "Transformer" })
        else { return folder }
        return try modules[index].place(in: folder, at: index)
    }

    /// What the folder says about vectors; nil where it has no `modules.json`. What is not
    /// supported or cannot be read is `problem`, and all else is as the folder says.
    init?(folder: String) throws {
        let modules: [SentenceModule]
        do {
            guard let list = try SentenceModule.list(of: folder) else { return nil }
            modules = list
        } catch let error as InputError {
            self.init()
            problem = error
            return
        }
        self.init()
        for (index, module) in modules.enumerated() {
            noting { try $0.take(module, at: index, in: folder) }
        }
        noting { try $0.takeSettings(in: folder) }
    }

    /// Notes it where the layers do not fit an encoder of so many columns.
    func checked(columns: Int) -> Self {
        var pooling = self
        var width = columns * modes.count
        for layer in layers {
            guard let expected = layer.inputs else { continue }
            if expected.count != width {
                pooling.noting { _ in
                    throw InputError(
                        at: expected.location, expected: "\(width), the vector's numbers",
                        found: "\(expected.count)", remedy: "Fix the folder's files.")
                }
            }
            width = layer.outputs ?? width
        }
        return pooling
    }

    /// Does `body`, whose error is the problem if it is the first.
    private mutating func noting(_ body: (inout Self) throws -> Void) {
        do {
            try body(&self)
        } catch {
            problem = problem ?? error as? InputError
        }
    }

    private mutating func take(
        _ module: SentenceModule, at index: Int, in folder: String
    ) throws {
        let place = try module.place(in: folder, at: index)
        switch module.kind {
        case "Transformer": try takeTexts(in: place)
        case "Pooling":
            let file = try PoolingFile(path: Folder.join(place, ModelFiles.configuration))
            modes = file.modes
            includesPrompt = file.includesPrompt
        case "Normalize": layers.append(.normalize)
        case "Dense": layers.append(.dense(try DenseLayer(folder: place)))
        case "LayerNorm": layers.append(.layerNorm(try NormalizingLayer(folder: place)))
        // It does nothing but in training.
        case "Dropout": break
        default:
            throw InputError(
                at: "\(Folder.join(folder, ModelFiles.modules)): [\(index)].type",
                expected: "Transformer, Pooling, Dense, LayerNorm, Dropout or Normalize",
                found: module.type,
                remedy: "Say with --pooling how vectors are made from the encoder's states.")
        }
    }

    /// How long texts are, and whether letters are made small.
    private mutating func takeTexts(in folder: String) throws {
        let texts = try SentenceTexts(folder: folder)
        lowercases = texts.lowercases
        maximumLength = texts.maximumLength
        if let problem = texts.problem { throw problem }
    }

    /// Prompts, and how many numbers are kept.
    private mutating func takeSettings(in folder: String) throws {
        let path = Folder.join(folder, ModelFiles.sentenceSettings)
        guard try Folder.exists(path) else { return }
        let settings = try JSONFile.readPlain(path, as: Settings.self)
        prompts = (settings.prompts ?? [:]).compactMapValues(\.self)
        if let count = settings.dimensions {
            guard count > 0 else {
                throw InputError(
                    at: "\(path): truncate_dim", expected: "a number from 1 on",
                    found: "\(count)", remedy: "Fix the folder's files.")
            }
            dimensions = count
        }
        guard let name = settings.usualPrompt else { return }
        guard let prompt = settings.prompts?[name] else {
            throw InputError(
                at: "\(path): default_prompt_name", expected: "the name of one of the prompts",
                found: "\"\(name)\"", remedy: "Fix the folder's files.")
        }
        self.prompt = prompt ?? ""
    }

    /// Writes the files from which sentence-transformers makes the same vectors, beside a model of
    /// `configuration`; its names of modules are those that every version knows.
    func write(into folder: String, for configuration: any EncoderConfiguration) throws {
        func write(_ text: String, to name: String) throws {
            try AtomicFile.write(text + "\n", to: Folder.join(folder, name), synchronized: false)
        }
        try Folder.create(ModelFiles.poolingFolder, in: folder)
        let modules =
            [("", "Transformer"), (ModelFiles.poolingFolder, "Pooling")]
            + (normalizes ? [("2_Normalize", "Normalize")] : [])
        let entries = modules.enumerated().map { index, module in
            """
              {
                "idx": \(index),
                "name": "\(index)",
                "path": "\(module.0)",
                "type": "sentence_transformers.models.\(module.1)"
              }
            """
        }
        try write("[\n\(entries.joined(separator: ",\n"))\n]", to: ModelFiles.modules)
        let texts = prompts.sorted { $0.key < $1.key }.map {
            "\(JSONText.quoted($0.key)): \(JSONText.quoted($0.value))"
        }
        try write(
            """
            {
              "prompts": {\(texts.joined(separator: ", "))},
              "default_prompt_name": null,
              "similarity_fn_name": "cosine"
            }
            """, to: ModelFiles.sentenceSettings)
        try write(
            """
            {
              "max_seq_length": \(maximumLength ?? configuration.maximumPositions),
              "do_lower_case": false
            }
            """, to: ModelFiles.sentenceLength)
        try write(
            PoolingFile.text(mode, width: configuration.hiddenSize),
            to: "\(ModelFiles.poolingFolder)/\(ModelFiles.configuration)")
    }
}
