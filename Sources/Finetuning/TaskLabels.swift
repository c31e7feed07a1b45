import Diagnostics
import Encoders
import LabelledText
import ModelFolders
import Recipes
import Reporting

/// The labels of a run, in the order of the classifier's rows, and whether the folder's classifier
/// has them.
struct TaskLabels {
    let names: [String]
    /// Whether the folder has a classifier with these labels, which is trained on.
    let keepsClassifier: Bool
    /// What is to be told of the classifier.
    let note: String

    /// The labels of a run on `train` from the model in `folder`: those of the recipe; else those
    /// of the folder's classifier, where all of the data's are among them; else the format's; else
    /// the data's in the order of their code points.
    ///
    /// - Throws: `InputError` where the folder has names and the data numbers.
    init(_ recipe: FinetuneRecipe, train: [TaskSet], folder: ModelFolder) throws {
        let head = folder.head.task
        let kind = recipe.task.headKind
        let fits = head?.kind == kind && head?.objective == recipe.objective
        guard recipe.task.hasLabels, recipe.objective != .regression else {
            let labels = TaskHead.placeholders(recipe.task == .answers ? 2 : 1)
            names = labels
            keepsClassifier = fits && !recipe.startsAtRandom
            note =
                recipe.task == .embedding
                ? "no head: vectors are the \((recipe.pooling ?? .mean).inWords) states"
                : keepsClassifier ? "trains the folder's head on" : "a new head"
            return
        }
        let found = Set(train.flatMap(\.labels))
        let old = head?.labels ?? []
        let isNamed = old != TaskHead.placeholders(old.count)
        if recipe.labels.isEmpty, fits, isNamed, !found.isEmpty,
            found.allSatisfy({ Int($0) != nil }), !found.isSubset(of: old)
        {
            throw InputError(
                at: "labels",
                expected: "the names of the labels "
                    + "\(found.sorted(by: Self.precedes).joined(separator: ", ")), since the model "
                    + "has names: \(old.joined(separator: ", "))",
                found: "none", remedy: "Write labels: [names in the order of the numbers].")
        }
        let takesOld =
            fits && !recipe.startsAtRandom && !found.isEmpty && found.isSubset(of: old)
            && (recipe.labels.isEmpty || Set(recipe.labels) == Set(old))
        names = takesOld ? old : recipe.newLabels(of: train)
        keepsClassifier = takesOld
        let count = counted(names.count, "label")
        note =
            takesOld
            ? "trains the folder's classifier of \(count) on"
            : "a new classifier of \(count)"
                + (head == nil
                    ? ""
                    : ", since the folder's has others: "
                        + old.prefix(6).joined(separator: ", ") + (old.count > 6 ? ", …" : ""))
        guard names.count > 1 else {
            throw InputError(
                at: train.first?.path ?? "data.train", expected: "examples of two labels or more",
                found: names.first.map { "“\($0)” alone" } ?? "none",
                remedy: "Check the column of labels.")
        }
    }

    fileprivate static func precedes(_ a: String, _ b: String) -> Bool {
        a.unicodeScalars.lexicographicallyPrecedes(b.unicodeScalars)
    }

    /// Checks that a set has no labels but these.
    func check(_ set: TaskSet, _ recipe: FinetuneRecipe) throws {
        guard recipe.task.hasLabels, recipe.objective != .regression,
            let other = set.labels.first(where: { !names.contains($0) })
        else { return }
        throw InputError(
            at: set.path,
            expected: "labels that are learned: "
                + names.prefix(12).joined(separator: ", ") + (names.count > 12 ? ", …" : ""),
            found: "“\(other)”, \(set.counts.labels[other] ?? 0) times",
            remedy: "Correct it, or add examples of it to the training set.")
    }
}

extension FinetuneRecipe {
    /// The labels of a classifier that is made for the training files: those of the recipe; else
    /// the format's; else the data's in the order of their code points.
    package func newLabels(of train: [TaskSet]) -> [String] {
        guard labels.isEmpty else { return labels }
        return train.first?.knownLabels
            ?? Set(train.flatMap(\.labels)).sorted(by: TaskLabels.precedes)
    }
}

extension FinetuneRecipe.Task {
    /// The kind of head that is trained.
    package var headKind: TaskHead.Kind {
        switch self {
        case .text, .pair: .sequence
        case .choice: .choice
        case .tokens: .tokens
        case .answers: .answers
        case .embedding: .vectors
        }
    }

    /// Whether the outputs of its head have names.
    package var hasLabels: Bool { self == .text || self == .pair || self == .tokens }
}

extension TaskHead.Pooling {
    fileprivate var inWords: String { self == .mean ? "mean of all" : "first of the" }
}
