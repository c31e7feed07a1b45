import Autograd
import Diagnostics
import Encoders
import Host
import ModelFolders
import PackedBatches
import TensorCore
import Tokenization

/// A fine-tuned model in use: it classifies or scores texts, tags words, finds answers, or chooses.
///
/// Inputs may be many. They are sorted by length and packed without padding; results come in the
/// order of the input, and do not depend on what else is asked beyond rounding, about 1e-6 in fp32.
/// The number of threads does not change a bit.
///
/// An object is for one caller at a time; each call works on `threads` threads.
public final class FineTunedModel {
    /// The model's folder.
    public let folder: String
    /// What its head answers.
    public var task: TaskHead { model.task }
    /// The folder's tokenizer.
    public var tokenizer: Tokenizer { encoder.tokenizer }
    /// What its texts were like in training.
    public let shape: TaskFile
    /// The longest sequence in tokens, special ones included; longer texts are cut, sentences and
    /// contexts taken in parts.
    public var maximumLength: Int { encoder.length }
    /// What matrix products multiply.
    public let precision: Precision
    /// The most threads that work at the same time.
    public var threads: Int { parallel.threads }
    /// The most tokens that go through the encoder together, unless one sequence is longer.
    public var batchTokens = 4096

    let model: TaskModel
    package let encoder: TaskEncoder
    package let parallel: Parallel
    private let buffers: BufferPool

    /// Loads a folder that `mmbert finetune` wrote, or one of transformers' ModernBERT, XLM-RoBERTa
    /// or BERT classes with a head.
    ///
    /// - Parameters:
    ///   - precision: nil for bf16 where the processor multiplies it faster, else fp32.
    ///   - maximumLength: nil for what the folder says.
    ///   - threads: the most threads that work at the same time.
    /// - Throws: `InputError` that names the file and the key or tensor that is wrong; also for a
    ///   folder with another head, or without a tokenizer that is read.
    public convenience init(
        folder: String, precision: Precision? = nil, maximumLength: Int? = nil,
        threads: Int = Cores.usable
    ) throws {
        let files = try ModelFolder(path: folder)
        let model = try files.loadTask()
        if let problem = files.tokenizerProblem { throw problem }
        guard let tokenizer = files.tokenizer else {
            throw InputError(
                at: folder, expected: "tokenizer.model or tokenizer.json, to read texts",
                found: "no tokenizer", remedy: "Put the model's tokenizer into the folder.")
        }
        let isRounded = precision != .fp32 && Processor.current.supports(.bf16)
        try self.init(
            model, folder: folder, tokenizer: tokenizer,
            shape: TaskFile(folder: folder) ?? TaskFile(),
            maximumLength: maximumLength, precision: isRounded ? .bf16 : .fp32,
            buffers: BufferPool(),
            parallel: Parallel(threads: threads))
    }

    /// A model that is in memory.
    ///
    /// - Throws: `InputError` for a length that the model has not.
    package init(
        _ model: TaskModel, folder: String, tokenizer: Tokenizer, shape: TaskFile,
        maximumLength: Int? = nil, precision: Precision, buffers: BufferPool, parallel: Parallel
    ) throws {
        var shape = shape
        shape.length = maximumLength ?? shape.length
        encoder = try TaskEncoder(
            tokenizer, shape: shape, positions: model.configuration.maximumPositions,
            at: maximumLength == nil ? "\(folder): length" : "length")
        (self.model, self.folder, self.shape) = (model, folder, shape)
        (self.precision, self.buffers, self.parallel) = (precision, buffers, parallel)
    }

    /// Throws an `InputError` unless the head is of this kind.
    func require(_ kind: TaskHead.Kind) throws {
        guard task.kind != kind else { return }
        throw InputError(
            at: folder, expected: "a model with \(kind.description)",
            found: "one with \(task.kind.description)", remedy: "Name another model.")
    }

    /// The logits of sequences: nil where `progress` ended it.
    package func logits(
        of sequences: [TaskSequence], progress: (_ tokens: Int) -> Bool = { _ in true }
    ) -> [LogitRows]? {
        switch precision {
        case .fp32: logits(of: sequences, in: Float.self, progress)
        case .bf16: logits(of: sequences, in: BFloat16.self, progress)
        }
    }

    private func logits<Element: Activation>(
        of sequences: [TaskSequence], in: Element.Type, _ progress: (Int) -> Bool
    ) -> [LogitRows]? {
        let tape = Tape<Element>(parallel: parallel, pool: buffers, recording: false)
        return model.logits(of: sequences, budget: batchTokens, on: tape, progress: progress)
    }

    /// The logits of all sequences, each of them finite.
    ///
    /// - Parameter naming: what the error calls a sequence by its place.
    package func finiteLogits(
        of sequences: [TaskSequence], naming: (Int) -> String
    ) throws -> [LogitRows] {
        let logits = logits(of: sequences) ?? []
        if let place = logits.firstIndex(where: { !$0.values.allSatisfy(\.isFinite) }) {
            throw InputError(
                at: naming(place), expected: "logits that are finite numbers",
                found: "NaN or infinity",
                remedy: "The weights in \(folder) are too large to compute with in \(precision)"
                    + (precision == .bf16 ? ": try fp32." : ": use another checkpoint or model."))
        }
        return logits
    }
}
