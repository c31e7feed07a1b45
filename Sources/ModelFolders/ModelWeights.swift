import Autograd
import Diagnostics
import Encoders
import Formats

/// The weights of a model folder, which are exactly those that its configuration asks for: an
/// encoder's, and those of the masked-LM head, of a head for a task, or of none. An encoder that
/// was saved by itself has its tensors without the `model.` in front of their names.
struct ModelWeights: Sendable {
    /// The head that the tensors make up.
    let head: ModelHead
    private let tensors: SafetensorsFolder
    private let isBare: Bool

    private static let prefix = "model."
    private static let table = "model.embeddings.tok_embeddings.weight"
    private static let decoder = "decoder.weight"

    /// Opens the weights in `folder`.
    ///
    /// - Parameter task: the head for a task that `config.json` describes; nil for none.
    /// - Throws: `InputError` naming the first tensor that is missing, misshapen, not of a float
    ///   type, or superfluous, and a head that is not the one that is described.
    init(folder: String, configuration: ModernBERTConfiguration, task: HuggingFaceHead) throws {
        let tensors = try SafetensorsFolder(path: folder)
        self.tensors = tensors
        let names = tensors.tensors.map(\.name)
        isBare =
            tensors.tensor(named: Self.table) == nil
            && !names.contains { $0.hasPrefix(Self.prefix) }
            && names.contains { $0.hasPrefix("embeddings.") || $0.hasPrefix("layers.") }
        let classifier = names.first(where: Self.isOfTaskHead)
        let masked = configuration.headParameterShapes
        if let classifier {
            head = .task(try task.required(for: classifier, in: tensors.path(of: classifier)))
        } else {
            try task.checkAbsence(in: tensors.tensors.first.map { tensors.path(of: $0.name) })
            head = masked.contains { tensors.tensor(named: $0.name) != nil } ? .maskedLM : .none
        }
        let expected =
            configuration.encoderParameterShapes
            + (head == .maskedLM ? masked : head.task.map(configuration.shapes) ?? [])
        try check(expected)
        // Tied to the table, and stored once more by some.
        let decoder = ParameterShape(
            name: Self.decoder, shape: [configuration.vocabularySize, configuration.hiddenSize])
        let storesDecoder = head == .maskedLM && tensors.tensor(named: Self.decoder) != nil
        if storesDecoder { try check([decoder]) }
        let known = Set((expected + (storesDecoder ? [decoder] : [])).map { fileName($0.name) })
        for tensor in tensors.tensors where !known.contains(tensor.name) {
            throw mismatch(
                tensor.name, expected: "no tensor of this name",
                found: "one of shape \(tensor.shape)")
        }
    }

    /// Whether transformers gives a tensor of this name to ModernBERT's heads for classification,
    /// tagging or answering questions.
    private static func isOfTaskHead(_ name: String) -> Bool {
        name.hasPrefix("classifier.") || name.hasPrefix("qa_outputs.")
    }

    /// Overwrites the values of `parameters` by those of their names.
    ///
    /// - Throws: `InputError` naming the first parameter that is not there or of another shape,
    ///   and a decoder that is not the token table.
    func load(into parameters: [Parameter]) throws {
        try check(parameters.map { ParameterShape(name: $0.name, shape: $0.shape) })
        for parameter in parameters {
            let name = fileName(parameter.name)
            try parameter.tensor.value.withMutableElements { try tensors.read(name, into: &$0) }
            tensors.release(name)
            parameter.didChange()
        }
        if parameters.contains(where: { $0.name == "decoder.bias" }) { try checkDecoder() }
    }

    private func check(_ expected: [ParameterShape]) throws {
        for (name, shape) in expected.map({ (fileName($0.name), $0.shape) }) {
            guard let tensor = tensors.tensor(named: name) else {
                throw mismatch(name, expected: "shape \(shape)", found: "no such tensor")
            }
            guard tensor.shape == shape else {
                throw mismatch(name, expected: "shape \(shape)", found: "shape \(tensor.shape)")
            }
            guard tensor.element.isFloat else {
                throw mismatch(
                    name, expected: "F32, F16, BF16 or F64", found: tensor.element.rawValue)
            }
        }
    }

    /// A stored decoder must be the token table, number by number.
    private func checkDecoder() throws {
        let table = fileName(Self.table)
        guard tensors.tensor(named: Self.decoder) != nil,
            let found = try tensors.firstDifference(of: Self.decoder, from: table)
        else { return }
        throw mismatch(
            Self.decoder, expected: "the numbers of \(table), to which the decoder is tied",
            found: found)
    }

    /// The name in the file of what is `name` in a masked-LM model.
    private func fileName(_ name: String) -> String {
        isBare && name.hasPrefix(Self.prefix) ? String(name.dropFirst(Self.prefix.count)) : name
    }

    private func mismatch(_ tensor: String, expected: String, found: String) -> InputError {
        InputError(
            at: "\(tensors.path(of: tensor)): \(tensor)", expected: expected, found: found,
            remedy: "The weights belong to another model: check the recipe's model and the folder.")
    }
}
