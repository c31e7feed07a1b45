import TensorCore
import Testing

@Suite struct ProcessorTests {
    private func processor(kernels: String, sets: [String]) -> Processor {
        Processor(
            model: "", cores: 2, instructionSets: sets, blas: "OpenBLAS", blasKernels: kernels,
            blasThreads: 1)
    }

    @Test func describesThisMachine() {
        _ = Parallel(threads: 1)
        let current = Processor.current
        #expect(current.cores > 0)
        #expect(current.blas.hasPrefix("OpenBLAS"))
        #expect(!current.blasKernels.isEmpty)
        #expect(current.blasThreads == 1)
    }

    @Test func warnsWhereKernelsAreNarrowerThanTheProcessor() {
        let wide = ["avx2", "avx512f"]
        #expect(processor(kernels: "SkylakeX", sets: wide).warning == nil)
        #expect(processor(kernels: "Cooperlake", sets: wide).warning == nil)
        #expect(processor(kernels: "Haswell", sets: wide).warning?.contains("Haswell") == true)
        #expect(processor(kernels: "Haswell", sets: ["avx2"]).warning == nil)
        #expect(processor(kernels: "Nehalem", sets: ["avx2"]).warning != nil)
        #expect(processor(kernels: "NewProcessor", sets: wide).warning == nil)
    }
}
