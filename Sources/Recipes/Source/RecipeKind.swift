import Diagnostics
import Yams

/// What a YAML file is a recipe of, as its first keys tell.
enum RecipeKind: Sendable {
    case pretraining, finetuning, suite

    /// The kind of a tree; nil where its keys do not tell.
    init?(of root: Node) {
        guard case .mapping(let mapping) = root else { return nil }
        func has(_ key: String) -> Bool { mapping[Node(key)] != nil }
        if has("phases") {
            self = .pretraining
        } else if has("tasks") || has("models") {
            self = .suite
        } else if has("task") || has("data") {
            self = .finetuning
        } else {
            return nil
        }
    }

    /// What is made by such a recipe.
    var description: String {
        switch self {
        case .pretraining: "a recipe of pre-training, with phases"
        case .finetuning: "a recipe of fine-tuning, with a task"
        case .suite: "a suite, with tasks"
        }
    }

    /// A file of the kind.
    var example: String {
        switch self {
        case .pretraining: "recipes/quickstart.yaml"
        case .finetuning: "the recipe.yaml in a run's folder"
        case .suite: "recipes/suites/glue.yaml"
        }
    }

    /// What reads `file`.
    func command(for file: String) -> String {
        switch self {
        case .pretraining: "mmbert-train --recipe \(file)"
        case .finetuning: "mmbert finetune \(file)"
        case .suite: "mmbert evaluate \(file)"
        }
    }
}

extension RecipeSource {
    /// Throws an `InputError` for a recipe of another kind, before its keys are called unknown.
    ///
    /// - Parameter remedy: what to do; nil for the command that reads such a file.
    func require(_ kind: RecipeKind, remedy: String? = nil) throws {
        guard let found = RecipeKind(of: root), found != kind else { return }
        throw InputError(
            at: file, expected: kind.description, found: found.description,
            remedy: remedy ?? "Type \(found.command(for: file)).")
    }
}
