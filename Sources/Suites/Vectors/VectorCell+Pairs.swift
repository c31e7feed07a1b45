import Diagnostics
import Finetuning
import Formats
import LabelledText
import Measures
import Probes
import Recipes
import TensorCore

extension VectorCell {
    /// Compares how near pairs are with their scores, or tells those that belong together.
    func pairs(
        _ set: TaskSet, of file: LabelledData.File, writingTo path: String, _ vectors: TextVectors
    ) throws -> FinetuneScores.File {
        let pairs = set.classifiedTexts
        let locations = set.locations
        let matrix = try vectors.matrix(
            of: pairs.map(\.text) + pairs.map { $0.pair ?? "" }, as: .text, shown(file)
        ) { locations[$0 % pairs.count] }
        let nearness = pairs.indices.map { place in
            PairNearness(
                matrix.copy(of: place..<place + 1).elements,
                matrix.copy(of: pairs.count + place..<pairs.count + place + 1).elements)
        }
        var writer = try PredictionWriter(path: path + ".jsonl")
        for (id, near) in zip(set.ids, nearness) { try writer.add(.score(near.cosine), id: id) }
        try writer.finish()
        let threads = vectors.parallel.threads
        guard task.kind == .pairs else {
            let references = pairs.map { pair in
                if case .score(let score)? = pair.label { score } else { 0.0 }
            }
            return FinetuneScores.File(
                PairSimilarity(references: references, nearness: nearness),
                examples: pairs.count, threads: threads)
        }
        let (positive, negative) = (Set(task.vectors.positive), Set(task.vectors.negative))
        let labels = pairs.map { $0.label?.className ?? "" }
        let kept = labels.indices.filter { place in
            positive.contains(labels[place]) || negative.isEmpty
                || negative.contains(labels[place])
        }
        guard kept.contains(where: { positive.contains(labels[$0]) }) else {
            throw InputError(
                at: file.path,
                expected: "pairs that belong together, with the label "
                    + positive.sorted().joined(separator: " or "),
                found: Set(labels).sorted().prefix(6).joined(separator: ", "),
                remedy: "Write positive: [the labels of pairs that belong together].")
        }
        var scores = FinetuneScores.File(
            PairDetection(
                isPositive: kept.map { positive.contains(labels[$0]) },
                nearness: kept.map { nearness[$0] }), examples: pairs.count, threads: threads)
        scores.note(pairs.count - kept.count, "pairs with another label, left out")
        return scores
    }

    /// Looks for the translation of each sentence among all of the other side.
    func mining(
        _ first: [LabelledExample<String>], _ second: [LabelledExample<String>],
        of file: LabelledData.File, writingTo path: String, _ vectors: TextVectors
    ) throws -> FinetuneScores.File {
        func matrix(_ sentences: [LabelledExample<String>]) throws -> Matrix<Float> {
            let matrix = try vectors.matrix(
                of: sentences.map(\.content), as: .text, "sentences of \(shown(file))"
            ) { sentences[$0].location }
            normalizeRows(of: matrix, parallel: vectors.parallel)
            return matrix
        }
        let alignment = SentenceAlignment(
            try matrix(first), try matrix(second), neighbours: task.vectors.marginNeighbours,
            parallel: vectors.parallel)
        let output = try OutputFile(path: path + ".tsv")
        for (place, chosen) in alignment.margin.forward.enumerated() {
            try output.write("\(alignment.margin.scores[place])\t\(place)\t\(chosen)\n")
        }
        try output.finish()
        return FinetuneScores.File(
            AlignedMining(
                cosine: .init(
                    forward: alignment.cosine.forward, backward: alignment.cosine.backward),
                margin: .init(
                    forward: alignment.margin.forward, backward: alignment.margin.backward)),
            examples: first.count, threads: vectors.parallel.threads)
    }
}
