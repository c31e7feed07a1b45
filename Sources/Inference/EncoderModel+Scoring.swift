import Diagnostics
import PackedBatches
import TensorCore

extension EncoderModel {
    /// A token sequence with labels. If it is longer than the model's context, the first tokens
    /// are kept.
    ///
    /// - Parameters:
    ///   - ids: the ids that the encoder sees.
    ///   - labels: the right id of each, or −100 where it is not scored.
    ///   - location: what the error names, such as a file and line.
    /// - Throws: `InputError` if the numbers of ids and labels differ, or one of them is not in
    ///   the vocabulary.
    public func labelled(
        ids: [Int32], labels: [Int32], at location: String
    ) throws -> LabelledSequence {
        let sequence = try sequence(of: ids, at: location)
        guard labels.count == ids.count else {
            throw InputError(
                at: location, expected: "as many labels as ids, \(ids.count)",
                found: "\(labels.count)",
                remedy: "Give a label for every id, −100 where it is not scored.")
        }
        let vocabulary = Int32(configuration.vocabularySize)
        if let wrong = labels.first(where: {
            $0 != PackedBatch.ignoredLabel && !(0..<vocabulary ~= $0)
        }) {
            throw InputError(
                at: location, expected: "labels from 0 to \(vocabulary - 1), or -100",
                found: "\(wrong)", remedy: "Use the tokenizer of the model in \(folder).")
        }
        return LabelledSequence(
            sequence: sequence, labels: Array(labels.prefix(sequence.ids.count)))
    }

    /// The masked-LM loss of every example, in the order of the examples.
    ///
    /// - Parameters:
    ///   - examples: any number of examples.
    ///   - progress: called after each batch with the tokens done so far, and all that there are.
    ///   - naming: what the error calls an example by its place, such as a file and line.
    /// - Throws: `InputError` if the folder has no masked-LM head, and for an example whose loss is
    ///   not finite.
    public func score(
        _ examples: [LabelledSequence], progress: (_ done: Int, _ total: Int) -> Void = { _, _ in },
        naming: (Int) -> String = { "input \($0 + 1)" }
    ) throws -> [MaskedLoss] {
        try requireHead()
        let scored = examples.indices.filter { index in
            examples[index].labels.contains { $0 != PackedBatch.ignoredLabel }
        }
        var losses = examples.map { _ in MaskedLoss() }
        forEachBatch(of: scored.map { examples[$0].labels.count }, progress) { batch in
            let indices = batch.map { scored[$0] }
            let packed = PackedBatch(
                sequences:
                    indices.map { examples[$0].sequence.ids },
                labels: indices.map { examples[$0].labels })
            var rows = rowLosses(of: packed)[...]
            for index in indices {
                for label in examples[index].labels where label != PackedBatch.ignoredLabel {
                    losses[index].add(rows.removeFirst())
                }
            }
            return packed.tokenCount
        }
        try requireFinite(losses, naming)
        return losses
    }

    /// The loss of every token of a text, each masked in turn and predicted from all others: the
    /// terms of pseudo-perplexity. `<bos>`, `<eos>` and other special tokens are never masked. The
    /// encoder runs once for every token of a text.
    ///
    /// - Parameters:
    ///   - sequences: any number of sequences.
    ///   - progress: called after each batch with the tokens done so far, and all that there are.
    ///   - naming: what the error calls a sequence by its place, such as a file and line.
    /// - Throws: `InputError` if the folder has no masked-LM head, and for a sequence whose loss is
    ///   not finite.
    public func scoreInTurn(
        _ sequences: [TokenSequence], progress: (_ done: Int, _ total: Int) -> Void = { _, _ in },
        naming: (Int) -> String = { "input \($0 + 1)" }
    ) throws -> [MaskedLoss] {
        try requireHead()
        let mask = try sequence(of: [maskTokenID], at: "\(folder): mask_token_id").ids[0]
        let special = specialTokenIDs
        let turns = sequences.indices.flatMap { index in
            let ids = sequences[index].ids
            return ids.indices.filter { !special.contains(ids[$0]) }.map { (index, $0) }
        }
        var losses = sequences.map { _ in MaskedLoss() }
        forEachBatch(of: turns.map { sequences[$0.0].ids.count }, progress) { batch in
            let turns = batch.map { turns[$0] }
            var masked = turns.map { sequences[$0.0].ids }
            var labels = masked.map { $0.map { _ in PackedBatch.ignoredLabel } }
            for (place, turn) in turns.enumerated() {
                labels[place][turn.1] = masked[place][turn.1]
                masked[place][turn.1] = mask
            }
            let packed = PackedBatch(sequences: masked, labels: labels)
            for (turn, loss) in zip(turns, rowLosses(of: packed)) { losses[turn.0].add(loss) }
            return packed.tokenCount
        }
        try requireFinite(losses, naming)
        return losses
    }

    private func requireFinite(_ losses: [MaskedLoss], _ naming: (Int) -> String) throws {
        if let place = losses.firstIndex(where: { !$0.sum.isFinite }) {
            throw notFinite("loss", at: naming(place))
        }
    }

    /// Ids that are not part of a text.
    private var specialTokenIDs: Set<Int32> {
        if let tokenizer { return Set(tokenizer.special.all) }
        let shape = configuration
        return Set(
            [
                shape.padTokenID, shape.eosTokenID, shape.bosTokenID, shape.unknownTokenID,
                shape.maskTokenID, shape.clsTokenID, shape.sepTokenID,
            ].map { Int32($0) })
    }

    private func forEachBatch(
        of lengths: [Int], _ progress: (_ done: Int, _ total: Int) -> Void,
        _ body: ([Int]) -> Int
    ) {
        var done = 0
        let total = lengths.reduce(0, +)
        for batch in BatchPlan(lengths: lengths, budget: batchTokens).batches {
            done += body(batch)
            progress(done, total)
        }
    }

    /// The losses of the scored rows, in their order.
    private func rowLosses(of batch: PackedBatch) -> [Float] {
        switch precision {
        case .fp32:
            model.forward(batch, on: tape(of: Float.self), dropout: nil, lossScale: 1).rowLosses
        case .bf16:
            model.forward(batch, on: tape(of: BFloat16.self), dropout: nil, lossScale: 1).rowLosses
        }
    }
}
