import Encoders
import Formats
import ModelFolders
import Optimizers
import Tokenization

extension CheckpointStore {
    /// Saves all that a trainer needs to continue to the bit, as a Hugging Face model folder with
    /// `trainer/optimizer.safetensors` and `trainer/state.json`.
    ///
    /// - Parameter willGather: called before the moments are asked for, a part of which other ranks
    ///   may have.
    /// - Throws: `InputError` where the disk is full or not writable; the earlier checkpoints are
    ///   untouched then.
    @discardableResult
    public func save(
        name: String, isProtected: Bool = false, model: MaskedLanguageModel,
        optimizer: StableAdamW, state: TrainerState, tokenizer: HuggingFaceTokenizer?,
        willGather: () throws -> Void = {}
    ) throws -> Checkpoint {
        try save(name: name, isProtected: isProtected) { folder in
            try ModelFolder.write(model, tokenizer: tokenizer, into: folder)
            try Folder.create(Checkpoint.trainerFolder, in: folder)
            try OptimizerFile.write(
                optimizer, to: Folder.join(folder, Checkpoint.optimizerPath),
                willGather: willGather)
            try state.write(to: Folder.join(folder, Checkpoint.statePath))
        }
    }
}

extension Checkpoint {
    fileprivate static let trainerFolder = "trainer"
    fileprivate static let optimizerPath = "trainer/optimizer.safetensors"
    fileprivate static let statePath = "trainer/state.json"

    /// The checkpoint as a model folder.
    public func modelFolder() throws -> ModelFolder { try ModelFolder(path: folder) }

    /// Clock, cursors and whatever else a trainer noted.
    public func trainerState() throws -> TrainerState {
        try TrainerState(contentsOf: Folder.join(folder, Self.statePath))
    }

    /// Overwrites the model's weights, the optimizer's moments and its step count.
    ///
    /// - Throws: `InputError` naming the first tensor that does not belong to the model.
    public func restore(model: MaskedLanguageModel, optimizer: StableAdamW) throws {
        try restore(model: model)
        try restore(optimizer)
    }

    /// Overwrites the model's weights; errors as above.
    package func restore(model: MaskedLanguageModel) throws {
        try modelFolder().load(into: model.parameters)
    }

    /// Overwrites the optimizer's moments and its step count; errors as above.
    ///
    /// - Parameter willSpread: called before the moments are given out, a part of which other ranks
    ///   may have.
    package func restore(
        _ optimizer: StableAdamW, willSpread: (_ stepCount: Int) throws -> Void = { _ in }
    ) throws {
        try OptimizerFile.restore(
            optimizer, from: Folder.join(folder, Self.optimizerPath), willSpread: willSpread)
    }
}
