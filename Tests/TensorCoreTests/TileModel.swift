import TensorCore
import TestSupport

/// What tiles compute, written out number by number.
enum TileModel {
    /// c + a b, element by element: for each step of 32 inner numbers c + (even + odd).
    static func sums(
        _ a: Matrix<BFloat16>, _ b: Matrix<BFloat16>, addedTo c: Matrix<Float>
    ) -> [Float] {
        let (a, b) = (a.widened, b.widened)
        return (0..<c.count).map { index in
            let (m, n) = (index / c.columns, index % c.columns)
            var sum = c[m, n]
            for step in stride(from: 0, to: a.columns, by: 32) {
                // The last step is filled up with zeros.
                let numbers = (0..<32).map { k in
                    step + k < a.columns ? (a[m, step + k], b[step + k, n]) : (0, 0)
                }
                var (even, odd): (Float, Float) = (0, 0)
                for k in 0..<16 {
                    even = fused(numbers[2 * k].0, numbers[2 * k].1, even)
                    odd = fused(numbers[2 * k + 1].0, numbers[2 * k + 1].1, odd)
                }
                sum = fused(1, sum, fused(1, even, odd))
            }
            return sum
        }
    }

    /// a b + c with one rounding, subnormal operands and results being zero.
    private static func fused(_ a: Float, _ b: Float, _ c: Float) -> Float {
        let (a, b, c) = (withoutSubnormal(a), withoutSubnormal(b), withoutSubnormal(c))
        let sum = c.addingProduct(a, b)
        // What a number below the smallest normal one would round to with exponents without end
        // decides: it may be that one only if it lies within half a unit of it.
        let exact = (Double(c) + Double(a) * Double(b)).magnitude
        let smallest = Double(Float.leastNormalMagnitude)
        let isTiny = exact < smallest * (1 - 0x1p-25)
        return isTiny ? zero(of: sum) : sum
    }

    private static func withoutSubnormal(_ x: Float) -> Float {
        x.isSubnormal ? zero(of: x) : x
    }

    private static func zero(of x: Float) -> Float { x.sign == .minus ? -0.0 : 0 }

    /// Which numbers meet.
    enum Numbers: CaseIterable {
        case moderate, productsBelowTheSmallest, sumsBeyondTheLargest, subnormal, any, infinite

        /// A mantissa and a sign of random bits, an exponent of a range that `self` says.
        func operand(_ rows: Int, _ columns: Int, seed: UInt64) -> Matrix<BFloat16> {
            let mantissas = testIndices(rows * columns, below: 256, seed: seed)
            let exponents = testIndices(rows * columns, below: 256, seed: seed + 100)
            let elements = zip(mantissas, exponents).map { mantissa, random in
                let exponent: Int32 =
                    switch self {
                    case .moderate: 119 + random % 8
                    case .productsBelowTheSmallest: 60 + random % 8
                    case .sumsBeyondTheLargest: 187 + random % 6
                    case .subnormal: random % 2 == 0 ? 0 : 100 + random % 100
                    case .any: random
                    case .infinite: random < 4 ? 255 : 119 + random % 8
                    }
                // Infinite rather than NaN, half of the time.
                let isInfinite = exponent == 255 && mantissa % 4 < 2
                let bits = (mantissa & 0x80) << 8 | exponent << 7
                return BFloat16(bits: UInt16(isInfinite ? bits : bits | mantissa & 0x7f))
            }
            return Matrix(rows: rows, columns: columns, elements: elements)
        }

        /// Numbers of the size of the products, as what is added to.
        func sums(_ rows: Int, _ columns: Int, seed: UInt64) -> Matrix<Float> {
            let numbers = testNumbers(rows * columns, seed: seed)
            let scale: Float =
                switch self {
                case .moderate, .any, .infinite: 1
                case .productsBelowTheSmallest, .subnormal: 0x1p-125
                case .sumsBeyondTheLargest: 0x1p127
                }
            return Matrix(rows: rows, columns: columns, elements: numbers.map { $0 * scale })
        }
    }
}
