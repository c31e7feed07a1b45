import Diagnostics
import Encoders
import Formats

extension SentencePooling {
    /// One entry of `modules.json`.
    private struct Module: Codable {
        let idx: Int
        let name: String
        let path: String
        let type: String

        /// `Pooling` of `sentence_transformers.models.Pooling`.
        var kind: Substring { type.split(separator: ".").last ?? "" }
    }

    private struct Length: Decodable {
        let maximum: Int?

        enum CodingKeys: String, CodingKey { case maximum = "max_seq_length" }
    }

    /// Where the encoder of `folder` is: in it, or where its `modules.json` says.
    static func encoderFolder(of folder: String) throws -> String {
        let path = Folder.join(folder, ModelFiles.modules)
        guard try !Folder.exists(Folder.join(folder, ModelFiles.configuration)),
            try Folder.exists(path),
            let module = try modules(path).first(where: { $0.kind == "Transformer" })
        else { return folder }
        return Folder.join(folder, module.path)
    }

    /// What the folder says about pooling; nil where it has no `modules.json`.
    ///
    /// - Throws: `InputError` naming the key of a module or a way of pooling that is not supported.
    init?(folder: String) throws {
        let path = Folder.join(folder, ModelFiles.modules)
        guard try Folder.exists(path) else { return nil }
        self.init()
        for (index, module) in try Self.modules(path).enumerated() {
            let place = Folder.join(folder, module.path)
            switch module.kind {
            case "Transformer":
                let length = Folder.join(place, ModelFiles.sentenceLength)
                guard try Folder.exists(length) else { continue }
                maximumLength = try JSONFile.readPlain(length, as: Length.self).maximum
            case "Pooling":
                mode = try PoolingFile(path: Folder.join(place, ModelFiles.configuration)).mode
            case "Normalize": normalizes = true
            default:
                throw InputError(
                    at: "\(path): [\(index)].type",
                    expected: "Transformer, Pooling or Normalize", found: module.type,
                    remedy: "Say with --pooling how vectors are made from the encoder's states.")
            }
        }
        guard (maximumLength ?? 1) > 0 else {
            throw InputError(
                at: "\(path): max_seq_length", expected: "a number of tokens from 1 on",
                found: "\(maximumLength ?? 0)", remedy: "Fix the folder's files.")
        }
    }

    private static func modules(_ path: String) throws -> [Module] {
        try JSONFile.readPlain(path)
    }

    /// Writes the files from which sentence-transformers makes the same vectors, beside a model of
    /// `configuration`; its names of modules are those that every version knows.
    func write(into folder: String, for configuration: ModernBERTConfiguration) throws {
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
        try write(
            """
            {
              "prompts": {},
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
