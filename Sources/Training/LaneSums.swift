import Autograd
import Optimizers
import Ranks
import TensorCore

/// The gradients of a step, added up over this rank's lanes by the tree that is the same however
/// many ranks there are.
struct LaneSums {
    private let isPresent: [Bool]
    private let lanes: Range<Int>
    private let parameters: [Parameter]

    /// The sums of a step that is dealt as `dealing` says.
    init(_ dealing: LaneDealing, parameters: [Parameter], ranks: RankGroup) {
        isPresent = dealing.isPresent
        lanes = dealing.lanes(of: ranks.rank, among: ranks.count)
        self.parameters = parameters
    }

    /// One gradient, a matrix for each parameter, of each of the largest whole nodes of the tree
    /// that tile this rank's lanes; nil for those whose lanes are all absent.
    ///
    /// - Parameter differentiate: leaves a lane's gradients in the parameters' tensors.
    func parts(
        parallel: Parallel, _ differentiate: (_ lane: Int) throws -> Void
    ) rethrows -> [[Matrix<Float>]?] {
        // One lane's gradients stay where they are, and with them their memory.
        let isOnlyOne = lanes.count { isPresent[$0] } == 1
        return try SumTree.parts(tiling: lanes, of: isPresent.count).map { node in
            try SumTree.fold(node, isPresent: isPresent) { lane in
                try differentiate(lane)
                return parameters.map { gradient(of: $0, taking: !isOnlyOne) }
            } add: { left, right in
                for (left, right) in zip(left, right) {
                    add(right, addingTo: left, parallel: parallel)
                }
                return left
            }
        }
    }

    private func gradient(of parameter: Parameter, taking: Bool) -> Matrix<Float> {
        let tensor = parameter.tensor
        guard let gradient = taking ? tensor.takeGradient() : tensor.gradient else {
            preconditionFailure("LaneSums: \(parameter.name) has no gradient")
        }
        return gradient
    }
}
