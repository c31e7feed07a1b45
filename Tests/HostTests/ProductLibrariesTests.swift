import Host
import Testing

@Suite("The library that multiplies")
struct ProductLibrariesTests {
    /// An instruction set of oneDNN, and what multiplies where it is the widest: fp32, fp32 with
    /// the left operand transposed, and bf16.
    private static let choices: [(set: String, libraries: [Processor.Library], bf16: Bool)] = [
        ("SSE41", [.openBLAS, .openBLAS, .openBLAS], false),
        ("AVX", [.openBLAS, .openBLAS, .openBLAS], false),
        ("AVX2", [.oneDNN, .openBLAS, .openBLAS], false),
        ("AVX2_VNNI", [.oneDNN, .openBLAS, .openBLAS], false),
        ("AVX2_VNNI_2", [.oneDNN, .openBLAS, .openBLAS], false),
        ("AVX512_CORE", [.oneDNN, .oneDNN, .oneDNN], false),
        ("AVX512_CORE_VNNI", [.oneDNN, .oneDNN, .oneDNN], false),
        ("AVX512_CORE_BF16", [.oneDNN, .oneDNN, .oneDNN], true),
        ("AVX512_CORE_FP16", [.oneDNN, .oneDNN, .oneDNN], true),
        ("AVX512_CORE_AMX", [.oneDNN, .oneDNN, .oneDNN], true),
        ("AVX512_CORE_AMX_FP16", [.oneDNN, .oneDNN, .oneDNN], true),
        ("AVX10_2_512", [.oneDNN, .oneDNN, .oneDNN], true),
        ("AVX10_2_512_AMX_2", [.oneDNN, .oneDNN, .oneDNN], true),
    ]

    @Test("is chosen by the instruction set that oneDNN may use", arguments: choices.indices)
    func choice(index: Int) {
        let (set, expected, bf16) = Self.choices[index]
        let libraries = ProductLibraries(oneDNNInstructionSet: set)
        let found = [
            libraries.library(for: .fp32, transposed: false),
            libraries.library(for: .fp32, transposed: true),
            libraries.library(for: .bf16, transposed: false),
        ]
        #expect(found == expected, "\(set)")
        #expect(libraries.hasBFloat16 == bf16, "\(set)")
    }

    @Test("is none for bf16 where tiles multiply it", arguments: choices.indices)
    func tiles(index: Int) {
        let (set, expected, _) = Self.choices[index]
        let libraries = ProductLibraries(oneDNNInstructionSet: set, tiles: true)
        #expect(libraries.library(for: .bf16, transposed: false) == .tiles)
        #expect(libraries.library(for: .bf16, transposed: true) == .tiles)
        #expect(libraries.library(for: .fp32, transposed: false) == expected[0])
        #expect(libraries.library(for: .fp32, transposed: true) == expected[1])
        #expect(libraries.hasBFloat16)
    }
}
