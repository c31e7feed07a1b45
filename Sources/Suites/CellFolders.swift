import Diagnostics
import Finetuning
import Formats
import LabelledText
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
    ///   - training: of a baseline, the recipe by which the training files are read.
    func identity(
        of cell: SuiteCell, recipe: FinetuneRecipe, start: String?, training: FinetuneRecipe?
    ) throws -> String {
        var recipe = recipe
        var task = cell.task
        recipe.data.train = try recipe.data.train.map { try content(of: $0, task) }
        recipe.data.dev = try recipe.data.dev.map { try content(of: $0, task) }
        recipe.data.test = try recipe.data.test.map { try content(of: $0, task) }
        task.vectors.pivot = try task.vectors.pivot.map { try content(of: $0, task) }
        (recipe.name, recipe.model, recipe.data.corpus) = ("", "", nil)
        var kind: String
        var origin = ""
        switch cell.row.content {
        case .model(let model):
            kind = cell.task.kind.rawValue
            if task.kind.measuresVectors { kind += "\n" + task.vectors.resolvedYAML(of: task.kind) }
            origin = try self.origin(of: model, start: start)
        case .majority: kind = "majority"
        case .pieces(let model):
            kind = "pieces"
            origin = try hash(of: model.folder, isRandom: true)
        }
        let parts = [frameworkVersion, kind, origin, recipe.resolvedYAML()]
        let text = (parts + (training.map { [$0.reading] } ?? [])).joined(separator: "\n")
        return Checksum.sha256.digest(of: Array(text.utf8))
    }

    /// The hash of a model's files, or of the run that it comes from.
    func origin(of model: SuiteRecipe.Model, start: String?) throws -> String {
        try start ?? hash(of: model.folder, isRandom: model.startsAtRandom)
    }

    /// A file whose path is replaced by the hash of its content; of a folder with queries and
    /// documents that of its files.
    private func content(
        of file: LabelledData.File, _ task: SuiteTask
    ) throws -> LabelledData.File {
        let isFolder =
            try (task.kind == .retrieval || task.kind == .reranking)
            && Folder.isFolder(file.path)
        let files =
            try isFolder
            ? RetrievalFolder(path: file.path, split: task.vectors.split).files
            : task.recipe.data.files(of: file, for: task.recipe.task)
        let hashes = try files.map(hash(ofFileAt:))
        return LabelledData.File(
            name: file.name,
            path: hashes.count == 1
                ? hashes[0] : Checksum.sha256.digest(of: Array(hashes.joined().utf8)))
    }

    private func hash(ofFileAt path: String) throws -> String {
        if let hash = fileHashes[path] { return hash }
        let hash = try Checksum.sha256.digest(ofFileAt: path)
        fileHashes[path] = hash
        return hash
    }

    /// The hash of a model's folder: its shape, its tokenizer and, where they count, its weights.
    private func hash(of folder: String, isRandom: Bool) throws -> String {
        let key = "\(folder) \(isRandom)"
        if let hash = modelHashes[key] { return hash }
        let endings = [".json", ".model", "vocab.txt"] + (isRandom ? [] : [".safetensors"])
        // Also the files of sentence-transformers' modules.
        let modules = (try? SentenceModule.list(of: folder)) ?? []
        let below = Set(modules.map(\.path).filter(Folder.isInside)).sorted()
        let names = try ([""] + below).flatMap { part -> [String] in
            let place = part.isEmpty ? folder : Folder.join(folder, part)
            guard try Folder.isFolder(place) else { return [] }
            return try Folder.contents(of: place).sorted().filter { name in
                endings.contains(where: name.hasSuffix)
            }.map { part.isEmpty ? $0 : Folder.join(part, $0) }
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

extension FinetuneRecipe {
    /// How labelled files are read, whichever they are.
    fileprivate var reading: String {
        var plain = FinetuneRecipe()
        (plain.task, plain.labels, plain.objective) = (task, labels, objective)
        (plain.data, plain.text) = (data, text)
        (plain.data.train, plain.data.dev, plain.data.test) = ([], [], [])
        return plain.resolvedYAML()
    }
}
