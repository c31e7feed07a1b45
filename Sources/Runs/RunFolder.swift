import Diagnostics
import Formats
import Foundation

/// The folder of one run: recipe, record, metrics, checkpoints and the final model.
///
///     runs/NAME/recipe.yaml    the recipe as resolved, every default written out
///              run.json        versions, host, command lines, seed
///              metrics.jsonl   one object per logged step
///              tensorboard/    event files
///              checkpoints/    model folders with the trainer's state
///              report.html     curves and tables of the run, for a browser
///              losses.md       held-out loss per language and stage
///              model/          the final model
public struct RunFolder: Sendable {
    /// The run folder itself.
    public let path: String

    /// The folder at `path`, which need not exist yet.
    public init(path: String) {
        self.path = path
    }

    /// The recipe as resolved.
    package var recipe: String { path + "/recipe.yaml" }
    /// The machine, the software and the options of every start.
    package var record: String { path + "/run.json" }
    /// One object per logged step, evaluation and stage.
    package var metrics: String { path + "/metrics.jsonl" }
    package var tensorBoard: String { path + "/tensorboard" }
    package var checkpoints: String { path + "/checkpoints" }
    /// The run as a page: curves and tables.
    public var report: String { path + "/report.html" }
    /// Held-out loss per language and stage, as a Markdown table.
    public var losses: String { path + "/losses.md" }
    /// The final model: a Hugging Face model folder.
    public var model: String { path + "/model" }
    package var modelCard: String { model + "/README.md" }

    /// Makes the folder where it is missing, takes it for this process alone, and removes what
    /// interrupted writes left in it.
    ///
    /// - Throws: `InputError` where it cannot be written or another process trains in it.
    package func open() throws -> FileLock {
        try Folder.create(path)
        guard let lock = try FileLock(path: lockPath) else { throw isInUse }
        try AtomicFolder.removeLeftovers(in: path)
        return lock
    }

    /// Checks that `open` would find the folder free and could write in it, and changes nothing.
    ///
    /// - Throws: `InputError` as `open` does.
    package func check() throws {
        if try Folder.exists(lockPath), try FileLock(path: lockPath) == nil { throw isInUse }
        let place = try nearestExisting
        let isFolder = try Folder.isFolder(place)
        guard isFolder, FileManager.default.isWritableFile(atPath: place) else {
            throw InputError(
                at: place, expected: "a folder that can be written",
                found: isFolder ? "one that cannot" : "a file",
                remedy: "Name \(isFolder ? "a folder that you own" : "another one") with --run.")
        }
    }

    /// Gives the final model, if there is one, another name: `name`, or with a number behind it
    /// where there is such a folder.
    ///
    /// - Returns: where it is now; nil for no model.
    package func setModelAside(as name: String) throws -> String? {
        guard try Folder.exists(model) else { return nil }
        var place = path + "/" + name
        var number = 1
        while try Folder.exists(place) {
            number += 1
            place = path + "/\(name)-\(number)"
        }
        try Folder.rename(model, to: place)
        return place
    }

    /// The folder, or the nearest one above it that exists.
    package var nearestExisting: String {
        get throws {
            var url = URL(fileURLWithPath: path).standardizedFileURL
            while try !Folder.exists(url.path), url.path != "/" { url.deleteLastPathComponent() }
            return url.path
        }
    }

    private var lockPath: String { path + "/lock" }

    private var isInUse: InputError {
        InputError(
            at: path, expected: "a run folder that no other process uses",
            found: "another one at work in it",
            remedy: "Wait for it to end, stop it, or name another folder with --run.")
    }
}
