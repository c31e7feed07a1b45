import Autograd
import Encoders
import PackedBatches
import TensorCore
import Training

/// The rows of a token table that a run reads. Only these are trained, to the same numbers as if
/// all were: a row that no text reads has no gradient and no moments, so that a step leaves it as
/// it is but for weight decay.
///
/// Of a vocabulary of 256,000 a labelled set has a few thousand tokens; their rows alone need a
/// tenth of the memory and of the time of an optimizer step.
package struct TokenRows: Sendable {
    /// The ids that are read, in rising order: row i of the small table is row `ids[i]` of the
    /// whole.
    package let ids: [Int32]
    private let places: [Int32]

    /// The rows of all tokens of `sequences`, and of `always`.
    package init(of sequences: some Sequence<TaskSequence>, always: [Int32], vocabulary: Int) {
        var isRead = [Bool](repeating: false, count: vocabulary)
        for sequence in sequences {
            for id in sequence.ids { isRead[Int(id)] = true }
        }
        for id in always where 0..<vocabulary ~= Int(id) { isRead[Int(id)] = true }
        ids = isRead.indices.filter { isRead[$0] }.map { Int32($0) }
        var places = [Int32](repeating: -1, count: vocabulary)
        for (place, id) in ids.enumerated() { places[Int(id)] = Int32(place) }
        self.places = places
    }

    /// A sequence in the ids of the small table.
    package func mapped(_ sequence: TaskSequence) -> TaskSequence {
        TaskSequence(
            ids: sequence.ids.map { places[Int($0)] }, rows: sequence.rows, types: sequence.types)
    }

    /// An example in the ids of the small table.
    package func mapped(_ example: TaskExample) -> TaskExample {
        TaskExample(example.sequences.map(mapped), example.target)
    }

    /// The shape of a model with the small table.
    package func configuration<Shape: EncoderConfiguration>(of whole: Shape) -> Shape {
        var small = whole
        small.vocabularySize = ids.count
        small.padTokenID = Int(places[whole.padTokenID])
        return small
    }

    /// Fills the small table with its rows of the whole.
    package func take(from whole: Parameter, into small: Parameter, parallel: Parallel) {
        gatherRows(of: whole.tensor.value, at: ids, into: small.tensor.value, parallel: parallel)
        small.didChange()
    }

    /// Puts the small table's rows into the whole; all others are multiplied by `decay`, what
    /// weight decay has left of them.
    package func put(_ small: Parameter, into whole: Parameter, decay: Double, parallel: Parallel) {
        if decay != 1 { scale(whole.tensor.value, by: Float(decay), parallel: parallel) }
        replaceRows(of: whole.tensor.value, at: ids, by: small.tensor.value, parallel: parallel)
        whole.didChange()
    }
}
