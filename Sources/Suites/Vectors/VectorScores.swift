import Diagnostics
import Finetuning
import Formats
import Measures
import Recipes

extension FinetuneScores.File {
    /// How well vectors do, with the bounds of 95 % of 1,000 resamples of the examples.
    init(_ evaluation: some Evaluation, examples: Int, threads: Int) {
        self.init()
        (self.examples, scored) = (examples, evaluation.count)
        metrics = evaluation.table
        let bounds = Bootstrap(seed: 1, threads: threads).intervals(of: evaluation)
        for (name, interval) in zip(evaluation.names, bounds) {
            if let interval { intervals[name] = [interval.lower, interval.upper] }
        }
    }
}

extension SuiteTask {
    /// What is measured of vectors.
    var vectorMetrics: [String] {
        switch kind {
        case .retrieval, .reranking: Ranking([], cutoffs: vectors.cutoffs).names
        case .similarity: PairSimilarity(references: [], nearness: []).names
        case .pairs: PairDetection(isPositive: [], nearness: []).names
        case .mining:
            AlignedMining(
                cosine: .init(forward: [], backward: []), margin: .init(forward: [], backward: [])
            ).names
        case .classification: RepeatedClassification(references: [], predictions: [[]]).names
        case .multilabel:
            RepeatedMultiLabel([MultiLabel(references: [], predictions: [], scores: [])]).names
        case .clustering: VectorClusters.metrics
        case .finetune, .probe, .measure: []
        }
    }

    /// Checks that the metric that is to be reported is one that is measured.
    func checkVectorMetric() throws {
        guard kind.measuresVectors, !vectorMetrics.contains(recipe.mainMetric) else { return }
        throw InputError(
            at: "tasks.\(name).metric",
            expected: "a metric of kind \(kind.rawValue): "
                + vectorMetrics.joined(separator: ", "),
            found: recipe.mainMetric,
            remedy: nearestName(to: recipe.mainMetric, among: vectorMetrics).map {
                "Did you mean \($0)?"
            } ?? "Write one of them.")
    }
}
