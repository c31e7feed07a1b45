/// A number that matrices are made of: `Float`, 32 bits.
///
/// All zero bits must be the number zero.
public protocol Scalar: BitwiseCopyable, Sendable {}

extension Float: Scalar {}
