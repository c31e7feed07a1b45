import Diagnostics
import Finetuning
import Formats
import Recipes
import Reporting
import Runs
import TensorCore

/// A run that measures a model's vectors, which stays as it is.
struct VectorCell {
    let task: SuiteTask
    let recipe: FinetuneRecipe
    let place: RunFolder
    let progress: SuiteProgress
    let stopSignal: StopSignal?
    private let title: String
    private let origin: String
    private let cache: VectorCache?

    /// A signal that came in the middle of a file.
    struct Stopped: Error {}

    /// The run of a cell.
    ///
    /// - Parameters:
    ///   - origin: the hash of the model's weights.
    ///   - cache: where vectors are kept; nil for nowhere.
    init(
        _ cell: SuiteCell, _ recipe: FinetuneRecipe, in place: RunFolder, origin: String,
        cache: VectorCache?, progress: SuiteProgress, stopSignal: StopSignal?
    ) {
        (task, self.recipe, self.place) = (cell.task, recipe, place)
        (self.origin, self.cache, self.progress) = (origin, cache, progress)
        (self.stopSignal, title) = (stopSignal, cell.title)
    }

    /// Measures every file; false if a signal ended it before.
    func run(threads: Int) throws -> Bool {
        let files = try MeasuredFiles(recipe, in: place)
        do {
            return try files.runFiles(trainExamples: nil, stopSignal: stopSignal) { file, name in
                let vectors = try TextVectors(
                    task, recipe, origin: origin, cache: cache, threads: threads,
                    progress: progress)
                var scores = try measured(
                    VectorFile(task, recipe, file), file: file, name: name, vectors)
                (scores.texts, scores.cut) = (vectors.texts, vectors.cut)
                if vectors.repeated > 0 {
                    scores.notes = (scores.notes ?? [:]).merging(
                        ["repeated texts, read once": vectors.repeated]) { $1 }
                }
                report(scores, of: file, length: vectors.length)
                return scores
            }
        } catch is Stopped {
            return false
        }
    }

    /// Ends the run where a signal asks for it.
    func checkSignal() throws {
        if stopSignal?.number != nil { throw Stopped() }
    }

    /// What a file is called in the status line.
    func shown(_ file: LabelledData.File) -> String {
        file.name.isEmpty ? Folder.name(of: file.path) : file.name
    }

    private func measured(
        _ content: VectorFile, file: LabelledData.File, name: String, _ vectors: TextVectors
    ) throws -> FinetuneScores.File {
        let path = place.predictions + "/\(name)"
        switch content {
        case .retrieval(let set):
            return try retrieval(set, of: file, writingTo: path, vectors)
        case .reranking(let set):
            return try reranking(set, of: file, writingTo: path, vectors)
        case .pairs(let set):
            return try pairs(set, of: file, writingTo: path, vectors)
        case .sentences(let first, let second):
            return try mining(first, second, of: file, writingTo: path, vectors)
        case .classes(let train, let test):
            return try classes(train, test, of: file, writingTo: path, vectors)
        case .lists(let train?, let test):
            return try labels(train.examples, test.examples, of: file, vectors)
        case .lists(nil, let test):
            return try clusters(test.examples, of: file, vectors)
        }
    }

    /// Tells what of a file was cut or left out.
    private func report(
        _ scores: FinetuneScores.File, of file: LabelledData.File, length: Int
    ) {
        var parts: [String] = []
        if scores.cut > 0 {
            parts.append(
                "\(grouped(scores.cut)) of \(grouped(scores.texts ?? 0)) texts are cut at "
                    + counted(length, "token"))
        }
        parts += (scores.notes ?? [:]).sorted { $0.key < $1.key }.map { name, count in
            "\(grouped(count)) \(name)"
        }
        guard !parts.isEmpty else { return }
        progress.note("\(title) · \(shown(file)): " + parts.joined(separator: "; "))
    }
}
