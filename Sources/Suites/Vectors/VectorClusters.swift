import Diagnostics
import Finetuning
import LabelledText
import Measures
import Probes
import Recipes
import TensorCore

/// Vectors put into as many clusters as there are classes, several times on documents drawn with
/// replacement, level by level: the mean V-measure.
///
/// The documents and draws are MTEB's, by Python's generator with its seed. The clusters are not:
/// Lloyd's algorithm runs over all vectors here, mini-batches of 512 there. So the name has a star.
struct VectorClusters {
    /// What is measured.
    static let metrics = ["v_measure*", "v_measure*_deviation"]

    private let values: [Double]

    /// - Parameters:
    ///   - vectors: `[documents, width]`.
    ///   - labels: those of each document, from the coarsest on.
    ///   - generator: as it is once the documents are drawn.
    init(
        _ vectors: Matrix<Float>, labels: [[String]], _ settings: VectorTask,
        generator: inout MersenneTwister, parallel: Parallel, checkSignal: () throws -> Void
    ) rethrows {
        var values: [Double] = []
        let levels = min(settings.depth ?? .max, labels.map(\.count).max() ?? 0)
        for level in 0..<levels {
            let places = labels.indices.filter { labels[$0].count > level }
            let names = Set(places.map { labels[$0][level] })
            let numbers = Dictionary(uniqueKeysWithValues: zip(names.sorted(), 0..<names.count))
            let classes = places.map { numbers[labels[$0][level]] ?? 0 }
            for _ in 0..<settings.draws {
                try checkSignal()
                let drawn = generator.choices(below: places.count, count: settings.drawSize)
                values.append(
                    Self.agreement(
                        vectors, places, drawn, classes, clusters: names.count, parallel))
            }
        }
        self.values = values
    }

    /// V of clusters of documents that were drawn, of which one counts as often as it was.
    private static func agreement(
        _ vectors: Matrix<Float>, _ places: [Int], _ drawn: [Int], _ classes: [Int],
        clusters: Int, _ parallel: Parallel
    ) -> Double {
        var weights = [Int](repeating: 0, count: places.count)
        for place in drawn { weights[place] += 1 }
        let used = weights.indices.filter { weights[$0] > 0 }
        let width = vectors.columns
        let chosen = Matrix<Float>(rows: used.count, columns: width)
        for (row, place) in used.enumerated() {
            for column in 0..<width { chosen[row, column] = vectors[places[place], column] }
        }
        var generator = MersenneTwister(seed: 42)
        let found = KMeans(
            chosen, weights: used.map { weights[$0] }, count: clusters, generator: &generator,
            parallel: parallel)
        var (reference, cluster) = ([Int](), [Int]())
        for (row, place) in used.enumerated() {
            reference += Array(repeating: classes[place], count: weights[place])
            cluster += Array(repeating: found.clusters[row], count: weights[place])
        }
        return ClusterAgreement(classes: reference, clusters: cluster).vMeasure
    }

    /// The mean over levels and draws, and the standard deviation.
    var scores: [String: Double] {
        guard !values.isEmpty else { return [:] }
        let mean = values.reduce(0, +) / Double(values.count)
        let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
        return [Self.metrics[0]: mean, Self.metrics[1]: variance.squareRoot()]
    }
}

extension VectorCell {
    /// Clusters some of the documents, and compares the clusters with their labels.
    func clusters(
        _ examples: [LabelledExample<ListLabelledText>], of file: LabelledData.File,
        _ vectors: TextVectors
    ) throws -> FinetuneScores.File {
        let settings = task.vectors
        var generator = MersenneTwister(pythonSeed: 42)
        let wanted =
            switch settings.documents {
            case .all: examples.count
            case .count(let count): min(count, examples.count)
            case .share(let share): Int(share * Double(examples.count))
            }
        let chosen =
            settings.documents == .all
            ? examples
            : generator.sample(below: examples.count, count: wanted).map { examples[$0] }
        guard Set(chosen.compactMap(\.content.labels.first)).count > 1 else {
            throw InputError(
                at: file.path, expected: "documents of two classes or more to cluster",
                found: "\(wanted) of \(examples.count) documents without",
                remedy: "Write documents: all, or a larger share.")
        }
        let matrix = try vectors.matrix(
            of: chosen.map(\.content.text), as: .text, shown(file)
        ) { chosen[$0].location }
        progress.update { "clusters \(shown(file))" }
        let clusters = try VectorClusters(
            matrix, labels: chosen.map(\.content.labels), settings, generator: &generator,
            parallel: vectors.parallel, checkSignal: checkSignal)
        var scores = FinetuneScores.File()
        (scores.examples, scores.scored) = (examples.count, chosen.count)
        scores.metrics = clusters.scores
        scores.note(
            examples.count - chosen.count, "documents that are not among those that are clustered")
        return scores
    }
}
