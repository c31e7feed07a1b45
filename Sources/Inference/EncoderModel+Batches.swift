import Autograd
import PackedBatches
import TensorCore

extension EncoderModel {
    /// Packs sequences one behind the other.
    static func pack(_ sequences: [[Int32]], labels: [[Int32]]? = nil) -> PackedBatch {
        var starts: [Int32] = [0]
        starts.reserveCapacity(sequences.count + 1)
        var count: Int32 = 0
        for sequence in sequences {
            count += Int32(sequence.count)
            starts.append(count)
        }
        let ids = Array(sequences.joined())
        return PackedBatch(
            tokenIDs: ids,
            labels: labels.map { Array($0.joined()) }
                ?? [Int32](repeating: PackedBatch.ignoredLabel, count: ids.count),
            cumulativeSequenceLengths: starts,
            sequenceSources: [Int32](repeating: 0, count: sequences.count))
    }

    /// A tape that keeps nothing; its matrices come from the model's pool and return to it.
    func tape<Element: Activation>(of element: Element.Type) -> Tape<Element> {
        Tape(parallel: parallel, pool: buffers, recording: false)
    }
}
