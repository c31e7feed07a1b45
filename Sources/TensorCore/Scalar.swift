import Host

/// A number that matrices are made of: `Float`, `BFloat16`, `Double` for statistics, and `UInt32`
/// for a mask's bits.
///
/// A value whose bits are all zero must be the number zero.
public protocol Scalar: BitwiseCopyable, Sendable {}

extension Float: Scalar {}
extension Double: Scalar {}
extension UInt32: Scalar {}

/// A number that activations are stored in and matrix products multiply, their sums in single
/// precision: `Float`, or `BFloat16` where the processor multiplies it faster.
///
/// Kernels read with `widened`, compute in single precision and store with `init(rounding:)`; they
/// are generic and `@specialized` for both types, so that each compiles to its own vector code.
public protocol Activation: Scalar {
    /// The nearest number of this type.
    init(rounding x: Float)

    /// The number in single precision, exactly.
    var widened: Float { get }

    /// The precision of matrix products of this type.
    static var precision: Precision { get }
}

extension Float: Activation {
    /// The number itself.
    @inline(__always)
    public init(rounding x: Float) { self = x }

    /// The number itself.
    @inline(__always)
    public var widened: Float { self }

    /// `fp32`.
    public static var precision: Precision { .fp32 }
}
