import Ranks
import Streaming

/// Which lane each microbatch of a step comes from.
package struct LaneDealing {
    /// The lane of each microbatch, in the order of the step.
    package let lanes: [Int]
    /// Lanes of the run, also those without a microbatch in this step.
    package let laneCount: Int

    /// A step of `microbatches` microbatches of one lane.
    package init(microbatches: Int) {
        (lanes, laneCount) = (Array(repeating: 0, count: microbatches), 1)
    }

    /// The dealing of a batch that a loader made.
    package init(_ batch: StepBatch) {
        (lanes, laneCount) = (batch.lanes, batch.laneStates.count)
    }

    /// Whether each lane has a microbatch in this step.
    package var isPresent: [Bool] {
        var isPresent = Array(repeating: false, count: laneCount)
        for lane in lanes { isPresent[lane] = true }
        return isPresent
    }

    /// The lanes that one of several ranks computes.
    package func lanes(of rank: Int, among ranks: Int) -> Range<Int> {
        SumTree.lanes(of: rank, among: ranks, lanes: laneCount)
    }

    /// The numbers of the microbatches that one of several ranks computes, rising.
    package func microbatches(of rank: Int, among ranks: Int) -> [Int] {
        let own = lanes(of: rank, among: ranks)
        return lanes.indices.filter { own.contains(lanes[$0]) }
    }

    /// The numbers of the microbatches of `lane`, rising.
    package func microbatches(of lane: Int) -> [Int] {
        lanes.indices.filter { lanes[$0] == lane }
    }
}
