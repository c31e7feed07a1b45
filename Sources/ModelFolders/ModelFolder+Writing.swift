import Autograd
import Encoders
import Formats
import Host
import TensorCore
import Tokenization

extension ModelFolder {
    /// Writes a model folder into `folder`, which exists: what `AutoModelForMaskedLM`, `AutoModel`,
    /// `AutoTokenizer` and, with mean pooling, `SentenceTransformer` load. For a checkpoint this is
    /// the folder a `CheckpointStore` gives; elsewhere `AtomicFolder.write` gives one.
    ///
    /// - Parameter precision: what weights are stored in. A checkpoint's are fp32, so that a run
    ///   resumes to the bit; others may be rounded to bf16 and take half the space.
    /// - Throws: `InputError` if the disk is full or not writable.
    public static func write(
        _ model: any LanguageModel, tokenizer: HuggingFaceTokenizer?,
        precision: Precision = .fp32, into folder: String
    ) throws {
        try AtomicFile.write(
            EncoderConfigurationFile.text(model.configuration, storedIn: precision),
            to: Folder.join(folder, configurationName), synchronized: false)
        for (name, content) in tokenizer?.files ?? [] {
            try AtomicFile.write(content, to: Folder.join(folder, name), synchronized: false)
        }
        try SentencePooling().write(into: folder, for: model.configuration)
        try MatrixFile.write(
            model.parameters.flatMap(NamedMatrix.stored), to: Folder.join(folder, weightsName),
            element: precision == .bf16 ? .bf16 : .f32)
    }

    /// Writes a folder that the `AutoModelFor…` class of the model's task loads, and
    /// `AutoTokenizer`; of a model without a head, one that `SentenceTransformer` loads.
    ///
    /// - Parameters:
    ///   - whole: the shape and the token table of the model, where `model` has some of the table's
    ///     rows only; nil for its own.
    ///   - pooling: how vectors are made, of a model without a head.
    /// - Throws: `InputError` if the disk is full or not writable.
    public static func write(
        _ model: TaskModel,
        whole: (configuration: any EncoderConfiguration, table: Parameter)? = nil,
        pooling: SentencePooling? = nil, tokenizer: HuggingFaceTokenizer?,
        precision: Precision = .fp32, into folder: String
    ) throws {
        let configuration = whole?.configuration ?? model.configuration
        var matrices = model.parameters.flatMap(NamedMatrix.stored)
        if let whole { matrices[0] = NamedMatrix(whole.table) }
        try AtomicFile.write(
            EncoderConfigurationFile.text(configuration, storedIn: precision, task: model.task),
            to: Folder.join(folder, configurationName), synchronized: false)
        for (name, content) in tokenizer?.files ?? [] {
            try AtomicFile.write(content, to: Folder.join(folder, name), synchronized: false)
        }
        try pooling?.write(into: folder, for: configuration)
        try MatrixFile.write(
            matrices, to: Folder.join(folder, weightsName),
            element: precision == .bf16 ? .bf16 : .f32)
    }
}

extension NamedMatrix {
    /// A parameter's value as it stands in Hugging Face's files: queries, keys and values each by
    /// themselves where the family has them so.
    static func stored(_ parameter: Parameter) -> [NamedMatrix] {
        let names = TensorNames.parts(of: parameter.name)
        guard names.count > 1 else { return [NamedMatrix(parameter)] }
        let (values, columns) = (parameter.tensor.value.elements, parameter.tensor.value.columns)
        let count = values.count / names.count
        var shape = parameter.shape
        shape[0] /= names.count
        return names.enumerated().map { index, name in
            let part = Array(values[index * count..<(index + 1) * count])
            let width = shape.count > 1 ? columns : count
            return NamedMatrix(
                name: name, shape: shape,
                matrix: Matrix(rows: count / width, columns: width, elements: part))
        }
    }
}
