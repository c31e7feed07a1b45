import Diagnostics
import Formats
import Recipes
import Reporting

/// Where the runs of a suite lie: each in a folder that is named by all that decides its result, so
/// that a finished one is found again and one of something else is not taken for it.
final class CellFolders {
    private let folder: String
    private var fileHashes: [String: String] = [:]
    private var modelHashes: [String: String] = [:]

    /// Folders below `folder`.
    init(folder: String) { self.folder = folder }

    /// The folder of a run.
    ///
    /// - Parameter start: the identity of the run whose model it starts from; nil for none.
    func path(of cell: SuiteCell, identity: String) -> String {
        let seed = cell.seed.map { "-seed\($0)" } ?? ""
        let row: String =
            switch cell.row.content {
            case .model(let model): model.name
            case .majority: "majority"
            case .pieces: "pieces"
            }
        return Folder.join(folder, "\(cell.task.name)-\(row)\(seed)-\(identity.prefix(12))")
    }

    /// SHA-256 of all that decides the result of a run: its recipe, its files' content, the weights
    /// that it starts from, and the program's version.
    ///
    /// - Parameters:
    ///   - recipe: the run's recipe; its name, its model and the places of its files count for
    ///     nothing.
    ///   - start: the identity of the run whose model it starts from; nil for none.
    func identity(
        of cell: SuiteCell, recipe: FinetuneRecipe, start: String?
    ) throws -> String {
        var recipe = recipe
        recipe.data.train = try recipe.data.train.map(content)
        recipe.data.dev = try recipe.data.dev.map(content)
        recipe.data.test = try recipe.data.test.map(content)
        (recipe.name, recipe.model) = ("", "")
        let kind: String
        var origin = ""
        switch cell.row.content {
        case .model(let model):
            kind = cell.task.kind.rawValue
            origin = try start ?? hash(of: model.folder, isRandom: model.startsAtRandom)
        case .majority: kind = "majority"
        case .pieces(let model):
            kind = "pieces"
            origin = try hash(of: model.folder, isRandom: true)
        }
        let text = [frameworkVersion, kind, origin, recipe.resolvedYAML()].joined(separator: "\n")
        return Checksum.sha256.digest(of: Array(text.utf8))
    }

    /// A file whose path is replaced by the hash of its content.
    private func content(of file: LabelledData.File) throws -> LabelledData.File {
        let hash = try fileHashes[file.path] ?? Checksum.sha256.digest(ofFileAt: file.path)
        fileHashes[file.path] = hash
        return LabelledData.File(name: file.name, path: hash)
    }

    /// The hash of a model's folder: its shape, its tokenizer and, where they count, its weights.
    private func hash(of folder: String, isRandom: Bool) throws -> String {
        let key = "\(folder) \(isRandom)"
        if let hash = modelHashes[key] { return hash }
        let endings = [".json", ".model"] + (isRandom ? [] : [".safetensors"])
        let names = try Folder.contents(of: folder).sorted().filter { name in
            endings.contains(where: name.hasSuffix)
        }
        let lines = try names.map {
            "\($0) \(try Checksum.sha256.digest(ofFileAt: Folder.join(folder, $0)))"
        }
        let text = (lines + ["\(isRandom)"]).joined(separator: "\n")
        let hash = Checksum.sha256.digest(of: Array(text.utf8))
        modelHashes[key] = hash
        return hash
    }
}
