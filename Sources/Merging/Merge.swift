import Diagnostics
import Formats

/// Merges the models in `models`, Hugging Face model folders of one architecture, into one.
///
/// The new folder holds `model.safetensors`, the configuration, tokenizer and
/// sentence-transformers' files of the first model, and `merge.json`, the report. It is complete or
/// absent. Tensors are streamed, so memory does not grow with the models; equal inputs give equal
/// bytes.
///
/// - Parameters:
///   - base: the common ancestor of the models: TIES needs it; averages take only embeddings from
///     it, where these do not take part.
///   - models: the models, in the order of the weights.
///   - folder: where the merged model goes.
///   - replacing: whether a folder that is there already is replaced, or is an error.
///   - configuration: the formula; it is computed in fp32 and more.
///   - element: what the merged weights are stored in, rounded to nearest even: F32, BF16 or F16.
///   - progress: called with the number of elements merged and their total, as it grows.
/// - Throws: `InputError` for parameters that contradict each other, models that do not match
///   each other (the message names the first tensor or configuration key), values that are not
///   finite, and files that cannot be read or written.
public func merge(
    base: String?, models: [String], into folder: String, replacing: Bool = false,
    configuration: MergeConfiguration, element: SafetensorsElement = .f32,
    progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }
) throws -> MergeReport {
    try configuration.validate(modelCount: models.count, hasBase: base != nil)
    let inputs = try MergeInputs(base: base, models: models)
    let companions = try CompanionFiles(of: models)
    return try AtomicFolder.write(to: folder, replacing: replacing) { temporary in
        try companions.copy(into: temporary, storing: element)
        var merger = try TensorMerger(configuration, inputs: inputs)
        let path = Folder.join(temporary, SafetensorsFolder.fileName)
        let writer = try SafetensorsWriter(
            path: path,
            tensors: inputs.tensors.map {
                .init(name: $0.name, element: element, shape: $0.shape)
            })
        let total = inputs.tensors.reduce(0) { $0 + $1.count }
        var done = 0
        var reports: [MergeReport.TensorReport] = []
        for tensor in inputs.tensors {
            var offset = 0
            let agreement = try merger.merge(tensor) { values in
                guard values.span.areFinite else { throw inputs.overflow(of: tensor) }
                try writer.write(values.span, to: tensor.name, from: offset)
                offset += values.count
                progress(done + offset, total)
            }
            done += offset
            reports.append(.init(name: tensor.name, agreement: agreement))
        }
        try writer.finish(synchronized: false)
        let report = MergeReport(
            base: base, models: models, configuration: configuration, tensors: reports)
        try JSONFile.write(
            report, to: Folder.join(temporary, "merge.json"), synchronized: false)
        return report
    }
}
