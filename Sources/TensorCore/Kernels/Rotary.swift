import CNumerics
import Foundation

/// Cosines and sines of the rotary position embedding for one base (Su et al., "RoFormer", 2021).
///
/// At position p, pair k of a head's `headSize` features is rotated by p · base^(-2k / headSize).
/// Angles are products of single-precision numbers, as in PyTorch.
public struct RotaryTable: Sendable {
    /// The base θ of the angles' geometric series.
    public let base: Double
    /// Features of one head, even.
    public let headSize: Int
    /// Positions the table covers, from 0.
    public let positions: Int
    /// cos, `[positions, headSize / 2]`.
    let cosines: Matrix<Float>
    /// sin, `[positions, headSize / 2]`.
    let sines: Matrix<Float>

    /// The table for positions `0..<positions`.
    public init(base: Double, headSize: Int, positions: Int) {
        precondition(
            headSize > 0 && headSize % 2 == 0, "RotaryTable: head size \(headSize) must be even")
        self.base = base
        self.headSize = headSize
        self.positions = positions
        let pairs = headSize / 2
        cosines = Matrix(rows: positions, columns: pairs)
        sines = Matrix(rows: positions, columns: pairs)
        for pair in 0..<pairs {
            let power = Float(2 * pair) / Float(headSize)
            let frequency = 1 / Float(pow(base, Double(power)))
            for position in 0..<positions {
                let angle = Double(Float(position) * frequency)
                cosines[position, pair] = Float(cos(angle))
                sines[position, pair] = Float(sin(angle))
            }
        }
    }
}
