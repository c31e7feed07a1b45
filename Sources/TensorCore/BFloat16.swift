import CNumerics
import Host

/// The upper half of a single-precision number: 8 bits of exponent, 7 of mantissa.
public struct BFloat16: Activation, Equatable {
    /// Sign, exponent and mantissa.
    public let bits: UInt16

    /// The number with these bits.
    @inline(__always)
    public init(bits: UInt16) { self.bits = bits }

    /// The nearest number, ties to even.
    @inline(__always)
    public init(rounding x: Float) { bits = nearestBFloat16(x) }

    /// The number in single precision, exactly.
    @inline(__always)
    public var widened: Float { widenedBFloat16(bits) }

    /// `bf16`.
    public static var precision: Precision { .bf16 }
}
