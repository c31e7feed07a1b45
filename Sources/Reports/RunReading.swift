import Diagnostics
import Formats
import Foundation
import Recipes
import Reporting
import Runs

/// A run as its folder tells it: recipe, starts and logs. Nothing in the folder is locked or
/// changed, so a run that trains meanwhile is not disturbed.
package struct RunReading: Sendable {
    /// The folder.
    package let folder: RunFolder
    /// What it is called beside other runs.
    package var name: String
    /// The recipe as resolved, and its text.
    let recipe: Recipe
    let recipeText: String
    /// Phases and variants.
    package let stages: [Stage]
    /// Machine, software and options of every start; nil where the record is lost.
    let record: RunRecord?
    /// What was logged.
    let history: RunHistory
    /// Languages by the first stage that reads them.
    package let groups: [LossTable.Group]
    /// Of each stage, the share of the tokens that the sampler is expected to give each language;
    /// nil where the manifest cannot be read.
    package let expectedShares: [[String: Double]?]
    /// Whether the final model is there.
    package let isFinished: Bool
    /// Whether a checkpoint or the final model is there.
    let hasWeights: Bool
    /// What is missing or damaged, in sentences.
    package let notes: [String]

    /// Reads the run in the folder at `path`.
    ///
    /// - Throws: `InputError` where there is no run, its recipe cannot be read, or its log is lost.
    init(path: String) throws {
        folder = RunFolder(path: path)
        guard try Folder.exists(folder.recipe) else { throw try Self.noRun(path) }
        hasWeights = try Self.hasWeights(folder)
        guard try !hasWeights || Folder.exists(folder.metrics) else {
            throw Self.lostLog(folder.metrics)
        }
        name = URL(fileURLWithPath: path).standardizedFileURL.lastPathComponent
        recipeText = String(decoding: try FileContents.read(folder.recipe), as: UTF8.self)
        recipe = try Recipe(resolved: recipeText, path: folder.recipe)
        stages = recipe.stages()
        history = try RunHistory(path: folder.metrics)
        var notes: [String] = []
        record = try? JSONFile.read(folder.record)
        if record == nil { notes.append("\(folder.record) cannot be read: no starts are shown.") }
        if history.unreadableLines > 0 {
            let count = history.unreadableLines
            notes.append(
                "\(counted(count, "line")) of \(folder.metrics) cannot be read: left out.")
        }
        var mixtures = Mixtures()
        let read = stages.map { mixtures.mixture(of: $0) }
        if let damage = mixtures.damage {
            notes.append(
                "No expected shares, and languages grouped by what was read: \(damage)")
        }
        expectedShares = read.map { $0?.shares }
        groups = Self.groups(of: stages, available: read.map { $0?.available }, history)
        let ended = Set(history.readings.map(\.stage))
        let isTrained = stages.map(\.name).allSatisfy(ended.contains)
        isFinished = try isTrained && Folder.exists(folder.losses)
        self.notes = notes
    }

    /// The error of a folder that holds no run, with the run that was perhaps meant.
    private static func noRun(_ path: String) throws -> InputError {
        let above = [Folder.parent(of: path), Folder.parent(of: Folder.parent(of: path))]
        let run = try above.map(RunFolder.init(path:)).first {
            try Folder.exists($0.recipe) && Folder.exists($0.metrics)
        }
        // A full stop behind the folder that a program is in would be the one above it.
        let place = run.map {
            $0.path == "." ? URL(fileURLWithPath: ".").standardizedFileURL.path : $0.path
        }
        let found =
            try Folder.isFolder(path)
            ? "one without recipe.yaml" : Folder.exists(path) ? "a file" : "nothing"
        return InputError(
            at: path, expected: "the folder of a run, with recipe.yaml and metrics.jsonl",
            found: found,
            remedy: place.map { "Name the run itself: \($0)." }
                ?? "Name a folder that mmbert-train made, such as runs/quickstart.")
    }

    private static func hasWeights(_ folder: RunFolder) throws -> Bool {
        if try Folder.exists(folder.model) { return true }
        guard try Folder.isFolder(folder.checkpoints) else { return false }
        return try Folder.contents(of: folder.checkpoints).contains { !$0.hasPrefix(".") }
    }

    /// The error of a run that has weights, and no log at `path` of how it came to them.
    private static func lostLog(_ path: String) -> InputError {
        InputError(
            at: path, expected: "what the run logged, of which a report is made",
            found: "nothing, though the run has checkpoints or its model",
            remedy: "Put the file back, from where the run trained or from a backup. A run that "
                + "goes on without it logs what comes from then on.")
    }

    /// Languages by the first stage that reads them, as the manifests say, or what was read; those
    /// that no stage reads come last.
    private static func groups(
        of stages: [Stage], available: [[String: Int]?], _ history: RunHistory
    ) -> [LossTable.Group] {
        let tokens = zip(stages, available).map { stage, available in
            let reading = history.readings.first { $0.stage == stage.name }
            let read = reading?.tokensByLanguage.filter { $0.value > 0 }
            return (name: stage.name, tokens: available ?? read ?? [:])
        }
        let groups = LossTable.Group.groups(tokens)
        let known = Set(groups.flatMap(\.languages))
        let others = Set(history.evaluations.flatMap(\.losses.keys)).subtracting(known)
        return others.isEmpty
            ? groups : groups + [LossTable.Group(name: "no stage", languages: others.sorted())]
    }
}

/// What stages read, by the manifests that the recipe names; each is opened once.
private struct Mixtures {
    /// What a stage reads.
    struct Mixture {
        /// Tokens there are of each language.
        let available: [String: Int]
        /// Share of the stage's tokens.
        let shares: [String: Double]
    }

    private var manifests: [String: DataManifest] = [:]
    /// Why the last manifest that could not be read could not; nil if all could.
    private(set) var damage: InputError?

    /// What `stage` reads; nil where a manifest cannot be read, or has no languages of it any more.
    mutating func mixture(of stage: Stage) -> Mixture? {
        do {
            let selection = try stage.phase.data.select { try open($0) }
            guard selection.groups.allSatisfy({ !$0.sources.isEmpty }) else { return nil }
            var available: [String: Int] = [:]
            for (_, source) in selection.sources {
                available[source.language, default: 0] += source.tokens
            }
            var shares: [String: Double] = [:]
            for portion in selection.mixture(tokens: stage.phase.tokens).portions {
                shares[portion.language, default: 0] += portion.share
            }
            return Mixture(available: available, shares: shares)
        } catch {
            damage = error as? InputError ?? damage
            return nil
        }
    }

    private mutating func open(_ path: String) throws -> DataManifest {
        if let manifest = manifests[path] { return manifest }
        let manifest = try DataManifest(contentsOf: path, checkingFolders: false)
        manifests[path] = manifest
        return manifest
    }
}
