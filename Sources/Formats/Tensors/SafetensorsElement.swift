/// The number formats of safetensors files; the raw value is the name in the header.
public enum SafetensorsElement: String, CaseIterable, Sendable {
    // In the order in which the reference writer lays tensors out.
    case u64 = "U64"
    case i64 = "I64"
    case f64 = "F64"
    case f32 = "F32"
    case u32 = "U32"
    case i32 = "I32"
    case bf16 = "BF16"
    case f16 = "F16"
    case u16 = "U16"
    case i16 = "I16"
    case i8 = "I8"
    case u8 = "U8"
    case bool = "BOOL"

    /// Bytes of one number.
    public var size: Int {
        switch self {
        case .f64, .i64, .u64: 8
        case .f32, .i32, .u32: 4
        case .f16, .bf16, .i16, .u16: 2
        case .i8, .u8, .bool: 1
        }
    }

    /// Whether tensors of this element can be read as `Float`.
    public var isFloat: Bool { self == .f32 || self == .f16 || self == .bf16 || self == .f64 }

    /// Converts the numbers in `bytes` to `target`, which has as many elements.
    func decode(_ bytes: UnsafeRawBufferPointer, to target: UnsafeMutableBufferPointer<Float>) {
        precondition(
            bytes.count == target.count * size,
            "SafetensorsElement.decode: \(bytes.count) bytes for \(target.count) numbers")
        switch self {
        case .f32:
            UnsafeMutableRawBufferPointer(target).copyMemory(from: bytes)
        case .bf16:
            for i in target.indices {
                let bits = bytes.loadUnaligned(fromByteOffset: 2 * i, as: UInt16.self)
                target[i] = Float(bitPattern: UInt32(bits) << 16)
            }
        case .f16:
            for i in target.indices {
                let bits = bytes.loadUnaligned(fromByteOffset: 2 * i, as: UInt16.self)
                target[i] = Self.float(half: bits)
            }
        case .f64:
            for i in target.indices {
                target[i] = Float(bytes.loadUnaligned(fromByteOffset: 8 * i, as: Double.self))
            }
        default: preconditionFailure("SafetensorsElement.decode: \(rawValue) is not a float")
        }
    }

    /// Converts `source` to this element, rounding to nearest even, into `target`.
    func encode(_ source: UnsafeBufferPointer<Float>, to target: UnsafeMutableRawBufferPointer) {
        precondition(
            target.count == source.count * size,
            "SafetensorsElement.encode: \(target.count) bytes for \(source.count) numbers")
        switch self {
        case .f32: target.copyMemory(from: UnsafeRawBufferPointer(source))
        case .bf16:
            for i in source.indices {
                target.storeBytes(
                    of: Self.bfloat16(source[i]), toByteOffset: 2 * i, as: UInt16.self)
            }
        case .f16:
            for i in source.indices {
                target.storeBytes(of: Self.half(source[i]), toByteOffset: 2 * i, as: UInt16.self)
            }
        case .f64:
            for i in source.indices {
                target.storeBytes(of: Double(source[i]), toByteOffset: 8 * i, as: Double.self)
            }
        default: preconditionFailure("SafetensorsElement.encode: \(rawValue) is not a float")
        }
    }

    /// The bits of `x` as bfloat16; NaN stays NaN.
    private static func bfloat16(_ x: Float) -> UInt16 {
        let bits = x.bitPattern
        if x.isNaN { return UInt16(truncatingIfNeeded: bits >> 16) | 0x40 }
        return UInt16(truncatingIfNeeded: (bits &+ 0x7fff &+ ((bits >> 16) & 1)) >> 16)
    }

    /// The number whose half-precision bits are `bits`.
    private static func float(half bits: UInt16) -> Float {
        let sign = UInt32(bits & 0x8000) << 16
        let exponent = UInt32(bits >> 10) & 0x1f
        let fraction = UInt32(bits & 0x3ff)
        if exponent == 0 {
            // Zero and subnormal numbers are multiples of 2⁻²⁴.
            let magnitude = Float(fraction) * 0x1p-24
            return Float(bitPattern: sign | magnitude.bitPattern)
        }
        let wide = exponent == 0x1f ? 0xff : exponent + 112
        return Float(bitPattern: sign | wide << 23 | fraction << 13)
    }

    /// The half-precision bits of `x`; too large numbers become infinite, NaN stays NaN.
    private static func half(_ x: Float) -> UInt16 {
        let sign = UInt16(truncatingIfNeeded: (x.bitPattern >> 16) & 0x8000)
        if x.isNaN { return sign | 0x7e00 }
        let magnitude = x.magnitude
        if magnitude >= 65520 { return sign | 0x7c00 }
        if magnitude < 0x1p-14 {
            // Subnormal: a multiple of 2⁻²⁴.
            return sign | UInt16((magnitude * 0x1p24).rounded(.toNearestOrEven))
        }
        let bits = magnitude.bitPattern
        let rounded = bits &+ 0xfff &+ ((bits >> 13) & 1)
        return sign | UInt16(truncatingIfNeeded: (rounded &- (112 << 23)) >> 13)
    }
}
