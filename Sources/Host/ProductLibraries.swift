/// Which library multiplies matrices: a function of the instruction set that oneDNN may use
/// (docs/decisions/011-matrix-products.md), and of whether bfloat16 is multiplied by tiles.
public struct ProductLibraries: Sendable, Equatable {
    /// Bits of the vectors that oneDNN's kernels compute with; 0 where it has none worth using.
    private let vectorBits: Int
    /// Whether bfloat16 is multiplied as such, by tiles, emulated ones too, or by oneDNN with the
    /// processor's own instructions.
    public let hasBFloat16: Bool
    /// Whether tiles multiply bfloat16.
    private let hasTiles: Bool

    /// The choice where oneDNN uses `oneDNNInstructionSet`, as `DNNL_MAX_CPU_ISA` names it:
    /// `AVX2`, `AVX512_CORE`, `AVX512_CORE_BF16`, `AVX512_CORE_AMX`, `AVX10_2_512`, ….
    public init(oneDNNInstructionSet name: String, tiles: Bool = false) {
        let isWide = ["AVX512", "AVX10"].contains { name.hasPrefix($0) }
        vectorBits = isWide ? 512 : name.hasPrefix("AVX2") ? 256 : 0
        hasTiles = tiles
        hasBFloat16 = tiles || ["BF16", "FP16", "AMX", "AVX10"].contains { name.contains($0) }
    }

    /// What computes a product of `precision` whose left operand may be `transposed`. OpenBLAS,
    /// which knows no bfloat16, gets operands widened to single precision.
    public func library(for precision: Precision, transposed: Bool) -> Processor.Library {
        if hasTiles && precision == .bf16 { return .tiles }
        return switch vectorBits {
        case 512: .oneDNN
        case 256: precision == .fp32 && !transposed ? .oneDNN : .openBLAS
        default: .openBLAS
        }
    }
}
