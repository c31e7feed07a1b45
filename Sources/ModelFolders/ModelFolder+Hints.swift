import Diagnostics
import Formats

extension ModelFolder {
    /// The error for a folder without `config.json`: where the model is that was probably meant.
    ///
    /// - Throws: `InputError` where the folder cannot be looked at.
    static func missing(at path: String) throws -> InputError {
        let file = Folder.join(path, configurationName)
        return InputError(
            at: file, expected: "a model configuration", found: "no such file",
            remedy: try runHint(for: path) ?? hubHint(for: path)
                ?? "Name a folder that holds a Hugging Face config.json.")
    }

    /// For the folder of a run: its final model, or a checkpoint of it.
    private static func runHint(for path: String) throws -> String? {
        let model = Folder.join(path, "model")
        if try Folder.exists(Folder.join(model, configurationName)) {
            return "The run's final model is in \(model)."
        }
        let checkpoints = Folder.join(path, "checkpoints")
        guard try Folder.isFolder(checkpoints) else { return nil }
        let names = try Folder.contents(of: checkpoints).filter {
            try Folder.exists("\(checkpoints)/\($0)/\(configurationName)")
        }
        guard let name = names.max() else { return "The run has no checkpoint yet." }
        return "The run has no final model yet, but a checkpoint: \(checkpoints)/\(name)."
    }

    /// For a name on the Hugging Face Hub.
    private static func hubHint(for path: String) throws -> String? {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        let isName = parts.count == 2 && parts.allSatisfy { !$0.isEmpty && !$0.hasPrefix(".") }
        guard isName, try !Folder.exists(path) else { return nil }
        return """
            Models are not fetched. If this is a name on the Hugging Face Hub: hf download \(path) \
            --local-dir \(parts[1]), then name the folder \(parts[1]).
            """
    }
}
