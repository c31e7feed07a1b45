/// A number that matrices are made of: `Float`, 32 bits, and `Double` for statistics.
///
/// All zero bits must be the number zero.
public protocol Scalar: BitwiseCopyable, Sendable {}

extension Float: Scalar {}
extension Double: Scalar {}
