import Foundation
import Host
import Testing

@Suite struct ProcessorTests {
    private static let wide = ["avx2", "avx512_bf16", "avx512_vnni", "avx512bw", "avx512f"]

    /// A machine with 256-bit vectors, where both libraries multiply.
    private func processorOfTwoLibraries(blasKernels: String = "Zen") -> Processor {
        processor(
            sets: ["avx2"], compiled: 256, blasKernels: blasKernels, oneDNNSet: "AVX2",
            fp32Transposed: .openBLAS, hasBFloat16: false)
    }

    /// A machine with 512-bit vectors and bf16, all of which is used, unless told otherwise.
    private func processor(
        cores: Int = 2, machineCores: Int = 2, quota: Double? = nil, sets: [String] = wide,
        compiled: Int = 512, blasKernels: String = "SkylakeX",
        oneDNNSet: String = "AVX512_CORE_BF16", fp32: Processor.Library = .oneDNN,
        fp32Transposed: Processor.Library? = nil, hasBFloat16: Bool = true,
        tiles: String? = nil
    ) -> Processor {
        let libraryOfBFloat16 =
            hasBFloat16 ? Processor.ProductKernels(library: .oneDNN, kernels: "brg_bf16") : nil
        func kernels(_ library: Processor.Library) -> Processor.ProductKernels {
            .init(library: library, kernels: library == .oneDNN ? "brg" : blasKernels)
        }
        return Processor(
            model: "Model 1", cores: cores, machineCores: machineCores, coreQuota: quota,
            instructionSets: sets, compiledVectorBits: compiled,
            blas: "OpenBLAS 0.3.21 DYNAMIC_ARCH", blasKernels: blasKernels, blasThreads: 1,
            oneDNN: .init(version: "2.6.3", instructionSet: oneDNNSet),
            products: .init(
                fp32: kernels(fp32), fp32Transposed: kernels(fp32Transposed ?? fp32),
                bf16: tiles.map { .init(library: .tiles, kernels: $0) } ?? libraryOfBFloat16))
    }

    private func warnings(
        _ processor: Processor, _ precision: Precision = .bf16, threads: Int = 2,
        under environment: [String: String] = [:]
    ) -> [String] {
        processor.warnings(for: precision, threads: threads, environment: environment)
    }

    /// One warning, with all of the parts.
    private func expectOne(
        _ warnings: [String], _ parts: String..., sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(warnings.count == 1, "\(warnings)", sourceLocation: sourceLocation)
        for part in parts {
            #expect(
                warnings.first?.contains(part) == true, "lacks \(part): \(warnings)",
                sourceLocation: sourceLocation)
        }
    }

    @Test func isReadFromRecordsThatDidNotSayWhatMultiplies() throws {
        let old = """
            {"model": "Model 1", "cores": 2, "instructionSets": ["avx2"], "blas": "OpenBLAS 0.3",
             "blasKernels": "Haswell", "blasThreads": 1}
            """
        let read = try JSONDecoder().decode(Processor.self, from: Data(old.utf8))
        #expect(read.oneDNN == nil && read.products == nil)
        let new = processor()
        #expect(
            try JSONDecoder().decode(Processor.self, from: JSONEncoder().encode(new)) == new)
    }

    @Test func saysWhichLibraryMultiplies() {
        #expect(
            processor().description(of: .bf16, threads: 1) == """
                bf16 on 1 thread of Model 1 (2 cores, 512-bit vectors)
                matrix products by oneDNN 2.6.3, AVX512_CORE_BF16, kernels brg_bf16; not by \
                OpenBLAS 0.3.21, SkylakeX kernels
                """)
        #expect(
            processor(sets: ["avx2"], oneDNNSet: "AVX2", fp32: .openBLAS, hasBFloat16: false)
                .description(of: .fp32, threads: 2).hasSuffix(
                    """
                    matrix products by OpenBLAS 0.3.21, SkylakeX kernels; \
                    not by oneDNN 2.6.3, AVX2
                    """))
        #expect(
            processorOfTwoLibraries().description(of: .fp32, threads: 2).hasSuffix(
                """
                matrix products by oneDNN 2.6.3, AVX2, kernels brg; transposed ones by \
                OpenBLAS 0.3.21, Zen kernels
                """))
    }

    @Test func namesWhatRounds() {
        #expect(
            processor().whatRounds(in: .bf16) == [
                "precision": "bf16", "vectors compiled for": "512 bits", "oneDNN": "2.6.3",
                "oneDNN instruction set": "AVX512_CORE_BF16",
            ])
        #expect(
            processor(compiled: 256, fp32: .openBLAS).whatRounds(in: .fp32) == [
                "precision": "fp32", "vectors compiled for": "256 bits",
                "OpenBLAS": "OpenBLAS 0.3.21", "OpenBLAS kernels": "SkylakeX",
            ])
        #expect(
            processorOfTwoLibraries().whatRounds(in: .fp32) == [
                "precision": "fp32", "vectors compiled for": "256 bits", "oneDNN": "2.6.3",
                "oneDNN instruction set": "AVX2", "OpenBLAS": "OpenBLAS 0.3.21",
                "OpenBLAS kernels": "Zen",
            ])
    }

    @Test func saysWhereTilesMultiply() {
        #expect(
            processor(tiles: "AMX").description(of: .bf16, threads: 1).hasSuffix(
                """
                matrix products by tiles, AMX; not by oneDNN 2.6.3, AVX512_CORE_BF16; not by \
                OpenBLAS 0.3.21, SkylakeX kernels
                """))
        // The unit and the emulation give the same bits, oneDNN does not.
        let bits = processor(tiles: "AMX").whatRounds(in: .bf16)
        #expect(bits == processor(tiles: "emulated").whatRounds(in: .bf16))
        #expect(bits["bf16 products"] == "by tiles" && bits["oneDNN"] == nil)
        #expect(processor(tiles: "AMX").whatRounds(in: .fp32)["bf16 products"] == nil)
        #expect(processor(hasBFloat16: false, tiles: "emulated").supports(.bf16))
    }

    @Test func warnsWhereTilesAreNotWhatWasAskedFor() {
        expectOne(
            warnings(processor(), under: ["MMBERT_TILES": "yes"]), "MMBERT_TILES=yes",
            "none of off, on, emulated", "a library's")
        expectOne(
            warnings(processor(), under: ["MMBERT_TILES": "on"]), "MMBERT_TILES=on", "AMX",
            "a library's")
        expectOne(
            warnings(processor(tiles: "emulated"), under: ["MMBERT_TILES": "emulated"]),
            "in software", "Unset MMBERT_TILES")
        for value in ["", "off", "on"] {
            let found = processor(tiles: value == "on" ? "AMX" : nil)
            #expect(warnings(found, under: ["MMBERT_TILES": value]).isEmpty)
        }
    }

    @Test func saysNothingWhereAllIsWell() {
        for precision in Precision.allCases {
            #expect(warnings(processor(), precision).isEmpty)
        }
    }

    @Test func warnsOfNarrowKernelsOnlyWhereOpenBLASMultiplies() {
        let narrow = processor(blasKernels: "Haswell", fp32: .openBLAS)
        expectOne(
            warnings(narrow, .fp32, under: ["OPENBLAS_CORETYPE": "Haswell"]), "256-bit", "512-bit",
            "Unset OPENBLAS_CORETYPE (now Haswell)")
        expectOne(warnings(narrow, .fp32), "Install an OpenBLAS")
        #expect(warnings(narrow, .bf16).isEmpty)
        #expect(warnings(processor(blasKernels: "Haswell"), .fp32).isEmpty)
        #expect(warnings(processor(blasKernels: "New", fp32: .openBLAS), .fp32).isEmpty)
        let old = processor(
            sets: ["avx2"], compiled: 256, blasKernels: "Haswell", oneDNNSet: "AVX2",
            fp32: .openBLAS, hasBFloat16: false)
        #expect(warnings(old, .fp32).isEmpty)
        #expect(warnings(processorOfTwoLibraries(), .fp32).isEmpty)
        expectOne(
            warnings(processorOfTwoLibraries(blasKernels: "Nehalem"), .fp32), "128-bit", "256-bit")
    }

    @Test(arguments: ["DNNL_MAX_CPU_ISA", "ONEDNN_MAX_CPU_ISA"])
    func warnsWhereOneDNNIsHeldBack(variable: String) {
        let withoutBFloat16 = processor(oneDNNSet: "AVX512_CORE", hasBFloat16: false)
        let environment = [variable: "avx512_core"]
        expectOne(
            warnings(withoutBFloat16, .bf16, under: environment), "\(variable)=avx512_core",
            "with AVX512_CORE_BF16: there are no bf16 products", "Unset \(variable)")
        // Single precision has the same vectors.
        #expect(warnings(withoutBFloat16, .fp32, under: environment).isEmpty)
        let narrow = processor(oneDNNSet: "AVX2", fp32: .openBLAS, hasBFloat16: false)
        expectOne(
            warnings(narrow, .fp32, under: [variable: "AVX2"]), "\(variable)=AVX2", "twice as long")
        let narrowOfVersion3 = processor(
            oneDNNSet: "AVX2_VNNI_2", fp32: .openBLAS, hasBFloat16: false)
        expectOne(
            warnings(narrowOfVersion3, .fp32, under: [variable: "AVX2_VNNI_2"]),
            "\(variable)=AVX2_VNNI_2", "twice as long")
        // What does not hold back is no reason to complain.
        #expect(warnings(processor(), .bf16, under: [variable: "ALL"]).isEmpty)
        #expect(warnings(processor(), .bf16, under: [variable: "AVX512_CORE_BF16"]).isEmpty)
        #expect(warnings(withoutBFloat16, .bf16, under: [variable: "AVX512_CORE_AMX"]).isEmpty)
    }

    @Test func warnsWhereOpenMPBindsThreads() {
        let bound = processor(cores: 1, machineCores: 2)
        expectOne(
            warnings(bound, threads: 1, under: ["OMP_PROC_BIND": "close"]), "OMP_PROC_BIND=close",
            "1 of the machine's 2 cores", "Unset OMP_PROC_BIND")
        expectOne(warnings(bound, threads: 1, under: ["OMP_PLACES": "cores"]), "OMP_PLACES=cores")
        expectOne(
            warnings(bound, threads: 1, under: ["GOMP_CPU_AFFINITY": "0"]), "GOMP_CPU_AFFINITY=0")
        #expect(
            warnings(
                bound, threads: 1, under: ["GOMP_CPU_AFFINITY": "0", "OMP_PROC_BIND": "false"]
            ).isEmpty)
        for harmless in ["KMP_AFFINITY", "OMP_NUM_THREADS"] {
            #expect(warnings(bound, threads: 1, under: [harmless: "1"]).isEmpty)
        }
        #expect(warnings(processor(), under: ["OMP_PROC_BIND": "close"]).isEmpty)
    }

    @Test func warnsOfMoreThreadsThanCores() {
        expectOne(warnings(processor(), threads: 3), "3 threads on 2 cores", "--threads 2")
        expectOne(warnings(processor(cores: 1), threads: 2), "2 threads on 1 core,")
        expectOne(
            warnings(processor(cores: 8, machineCores: 8, quota: 1.5), threads: 4),
            "4 threads on 2 cores", "control group", "--threads 2")
        #expect(warnings(processor(quota: 1.5)).isEmpty)
    }

    @Test func warnsWhereTheProgramWasCompiledForLess() {
        expectOne(warnings(processor(compiled: 256)), "256-bit", "MMBERT_MARCH")
    }
}
