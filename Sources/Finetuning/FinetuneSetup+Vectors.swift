import Encoders
import Inference
import ModelFolders
import Recipes
import TensorCore

extension FinetuneSetup {
    /// How the written folder makes vectors; nil for a model with a head.
    var writtenPooling: SentencePooling? {
        guard task.kind == .vectors else { return nil }
        var pooling = SentencePooling(
            mode: task.pooling == .mean ? .mean : .cls, normalizes: recipe.vectors.normalizes,
            maximumLength: encoder.length)
        pooling.prompts = recipe.vectors.prompts
        return pooling
    }

    /// The model in the folder that was written.
    func writtenModel(in folder: String, parallel: Parallel) throws -> FineTunedModel {
        guard task.kind == .vectors else {
            return try FineTunedModel(
                folder: folder, precision: .fp32, threads: parallel.threads)
        }
        let files = try ModelFolder(path: folder)
        let model = TaskModel(configuration: files.configuration, task: task)
        try files.load(into: model.parameters)
        return try FineTunedModel(
            model, folder: folder, tokenizer: files.tokenizer ?? tokenizer, shape: shape,
            precision: .fp32, buffers: BufferPool(), parallel: parallel)
    }
}

extension VectorTraining {
    /// The prompts that there are, by the names that sentence-transformers uses.
    fileprivate var prompts: [String: String] {
        ["query": queryPrompt, "document": documentPrompt].filter { !$0.value.isEmpty }
    }
}
