import Autograd
import Diagnostics
import Encoders
import Formats

/// The weights of a model folder, which are exactly those that its configuration asks for: an
/// encoder's, and those of the masked-LM head, of a head for a task, or of none.
struct ModelWeights: Sendable {
    /// The head that the tensors make up.
    let head: ModelHead
    private let tensors: SafetensorsFolder
    private let names: TensorNames
    /// The name of the masked-LM head's last parameter.
    private let decoderBias: String?

    /// Opens the weights in `folder`.
    ///
    /// - Parameter task: the head for a task that `config.json` describes; nil for none.
    /// - Throws: `InputError` naming the first tensor that is missing, misshapen, not of a float
    ///   type, or superfluous, and a head that is not the one that is described.
    init(folder: String, configuration: any EncoderConfiguration, task: HuggingFaceHead) throws {
        let tensors = try SafetensorsFolder(path: folder)
        self.tensors = tensors
        names = TensorNames(configuration.family, in: tensors)
        let classifier = tensors.tensors.map(\.name).first(where: Self.isOfTaskHead)
        let masked = configuration.headParameterShapes
        decoderBias = masked.last?.name
        if let classifier {
            head = .task(try task.required(for: classifier, in: tensors.path(of: classifier)))
        } else {
            try task.checkAbsence(in: tensors.tensors.first.map { tensors.path(of: $0.name) })
            let names = names
            head =
                masked.contains {
                    names.parts(of: $0.name).contains { tensors.tensor(named: $0) != nil }
                } ? .maskedLM : .none
        }
        let expected =
            configuration.encoderParameterShapes
            + (head == .maskedLM ? masked : head.task.map(configuration.shapes) ?? [])
        try check(expected)
        var known = Set(expected.flatMap { names.parts(of: $0.name) })
        for copy in names.copies where head == .maskedLM {
            guard tensors.tensor(named: copy.name) != nil,
                let original = expected.first(where: { $0.name == copy.parameter })
            else { continue }
            try check([ParameterShape(name: copy.name, shape: original.shape)])
            known.insert(copy.name)
        }
        for tensor in tensors.tensors
        where !known.contains(tensor.name) && !names.isIgnored(tensor.name) {
            throw mismatch(
                tensor.name, expected: "no tensor of this name",
                found: "one of shape \(tensor.shape)")
        }
    }

    /// Whether transformers gives a tensor of this name to heads for classification, tagging or
    /// answering questions.
    private static func isOfTaskHead(_ name: String) -> Bool {
        name.hasPrefix("classifier.") || name.hasPrefix("qa_outputs.")
    }

    /// Whether there are tensors of all of these parameters.
    func hold(_ parameters: [Parameter]) -> Bool {
        parameters.allSatisfy { parameter in
            names.parts(of: parameter.name).allSatisfy { tensors.tensor(named: $0) != nil }
        }
    }

    /// Overwrites the values of `parameters` by those of their names.
    ///
    /// - Throws: `InputError` naming the first parameter that is not there or of another shape,
    ///   and a decoder that is not the token table.
    func load(into parameters: [Parameter]) throws {
        try check(parameters.map { ParameterShape(name: $0.name, shape: $0.shape) })
        for parameter in parameters {
            let parts = names.parts(of: parameter.name)
            let count = parameter.count / parts.count
            try parameter.tensor.value.withMutableElements { elements in
                for (index, part) in parts.enumerated() {
                    var rows = elements.extracting(index * count..<(index + 1) * count)
                    try tensors.read(part, into: &rows)
                }
            }
            for part in parts { tensors.release(part) }
            parameter.didChange()
        }
        if parameters.contains(where: { $0.name == decoderBias }) { try checkCopies() }
    }

    private func check(_ expected: [ParameterShape]) throws {
        for parameter in expected {
            let parts = names.parts(of: parameter.name)
            var shape = parameter.shape
            shape[0] /= parts.count
            for name in parts {
                guard let tensor = tensors.tensor(named: name) else {
                    throw mismatch(name, expected: "shape \(shape)", found: "no such tensor")
                }
                guard tensor.shape == shape else {
                    throw mismatch(
                        name, expected: "shape \(shape)", found: "shape \(tensor.shape)")
                }
                guard tensor.element.isFloat else {
                    throw mismatch(
                        name, expected: "F32, F16, BF16 or F64", found: tensor.element.rawValue)
                }
            }
        }
    }

    /// A stored decoder must be the token table, number by number, and its bias the head's.
    private func checkCopies() throws {
        for copy in names.copies where tensors.tensor(named: copy.name) != nil {
            let original = names.parts(of: copy.parameter)[0]
            guard original != copy.name,
                let found = try tensors.firstDifference(of: copy.name, from: original)
            else { continue }
            throw mismatch(
                copy.name, expected: "the numbers of \(original), to which the decoder is tied",
                found: found)
        }
    }

    private func mismatch(_ tensor: String, expected: String, found: String) -> InputError {
        InputError(
            at: "\(tensors.path(of: tensor)): \(tensor)", expected: expected, found: found,
            remedy: "The weights belong to another model: check the recipe's model and the folder.")
    }
}
