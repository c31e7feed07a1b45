import Autograd
import Ranks
import TensorCore

extension StableAdamW {
    /// One of the running means of a parameter, as a tensor of a checkpoint.
    package struct MomentTensor: Sendable, Equatable {
        /// Which of `parameters`.
        package let parameter: Int
        /// Whether it is v, the mean of squares.
        package let isSecond: Bool
        /// `NAME.exp_avg` or `NAME.exp_avg_sq`, with the parameter's name.
        package let name: String
        /// The parameter's shape.
        package let shape: [Int]
    }

    /// All running means, by rising name, as they lie in a file.
    package var momentTensors: [MomentTensor] {
        parameters.enumerated().flatMap { index, parameter in
            [(false, "exp_avg"), (true, "exp_avg_sq")].map { isSecond, suffix in
                MomentTensor(
                    parameter: index, isSecond: isSecond, name: "\(parameter.name).\(suffix)",
                    shape: parameter.shape)
            }
        }.sorted { $0.name < $1.name }
    }

    /// Hands all moments to rank 0, in the order of `momentTensors`, through one buffer. All ranks
    /// of a run call it together; one process gets them from its memory.
    ///
    /// - Parameters:
    ///   - what: for messages: `saving checkpoint …`.
    ///   - body: called on rank 0 alone: a stretch of a tensor, and its first element's place in it.
    ///     Where it throws, it is not called again, but rank 0 still takes what the others send.
    /// - Throws: `RankFailure`; on rank 0, at the end, what `body` threw.
    package func gatherMoments(
        during what: String = "the gathering of moments",
        _ body: (_ tensor: MomentTensor, _ offset: Int, _ elements: Span<Float>) throws -> Void
    ) throws {
        var failure: (any Error)?
        for tensor in momentTensors {
            func hand(_ offset: Int, _ elements: Span<Float>) {
                guard failure == nil else { return }
                do { try body(tensor, offset, elements) } catch { failure = error }
            }
            if let exchange, let share {
                try exchange.collect(
                    tensor.parameter, of: tensor.isSecond ? share.second : share.first,
                    during: what
                ) { hand($0, $1) }
            } else {
                matrix(tensor).withElements { hand(0, $0) }
            }
        }
        if let failure { throw failure }
    }

    /// Overwrites all moments by what rank 0 has, in the order of `momentTensors`; each rank keeps
    /// those of its share. All ranks of a run call it together.
    ///
    /// - Parameters:
    ///   - what: for messages: `loading checkpoint …`.
    ///   - body: called on rank 0 alone, to fill a stretch of a tensor from the given place in it.
    ///     Where it throws, it is not called again, and all moments are of no use; the other ranks
    ///     learn of it from rank 0 alone.
    /// - Throws: `RankFailure`; on rank 0, at the end, what `body` threw.
    package func spreadMoments(
        during what: String = "the spreading of moments",
        _ body: (
            _ tensor: MomentTensor, _ offset: Int, _ elements: inout MutableSpan<Float>
        ) throws -> Void
    ) throws {
        var failure: (any Error)?
        for tensor in momentTensors {
            func fill(_ offset: Int, _ elements: inout MutableSpan<Float>) {
                guard failure == nil else { return }
                do { try body(tensor, offset, &elements) } catch { failure = error }
            }
            if let exchange, let share {
                try exchange.deal(
                    tensor.parameter, into: tensor.isSecond ? share.second : share.first,
                    during: what
                ) { fill($0, &$1) }
            } else {
                matrix(tensor).withMutableElements { fill(0, &$0) }
            }
        }
        if let failure { throw failure }
    }

    private func matrix(_ tensor: MomentTensor) -> Matrix<Float> {
        tensor.isSecond ? moments[tensor.parameter].second : moments[tensor.parameter].first
    }
}
