import Reporting

extension Processor {
    /// Sentences for the user where the environment lets less run than the processor has, each with
    /// what to do; empty where all is well or not known.
    ///
    /// - Parameters:
    ///   - precision: what was asked for.
    ///   - threads: worker threads.
    ///   - environment: the environment's variables.
    public func warnings(
        for precision: Precision, threads: Int, environment: [String: String]
    ) -> [String] {
        [
            oneDNNWarning(for: precision, environment), blasWarning(for: precision, environment),
            tileWarning(for: precision, environment), compilationWarning,
            pinningWarning(environment), threadWarning(threads),
        ].compactMap(\.self)
    }

    // MARK: Kernels

    /// Instruction sets as oneDNN names and ranks them, the most capable first.
    private static let ranks: [(name: String, flag: String, vectorBits: Int)] = [
        ("AVX512_CORE_AMX_FP16", "amx_fp16", 512), ("AVX512_CORE_AMX", "amx_bf16", 512),
        ("AVX512_CORE_FP16", "avx512_fp16", 512), ("AVX512_CORE_BF16", "avx512_bf16", 512),
        ("AVX512_CORE_VNNI", "avx512_vnni", 512), ("AVX512_CORE", "avx512bw", 512),
        ("AVX2_VNNI_2", "avx_ne_convert", 256), ("AVX2_VNNI", "avx_vnni", 256),
        ("AVX2", "avx2", 256), ("AVX", "avx", 256), ("SSE41", "sse4_1", 128),
    ]

    private func oneDNNWarning(
        for precision: Precision, _ environment: [String: String]
    ) -> String? {
        guard
            let variable = ["ONEDNN_MAX_CPU_ISA", "DNNL_MAX_CPU_ISA"].first(where: {
                environment[$0]?.uppercased() == oneDNN?.instructionSet
            }),
            let used = Self.ranks.firstIndex(where: { $0.name == oneDNN?.instructionSet }),
            let possible = Self.ranks.firstIndex(where: { instructionSets.contains($0.flag) }),
            possible < used
        else { return nil }
        // In single precision the sets differ in the width of vectors alone.
        let (best, now) = (Self.ranks[possible], Self.ranks[used])
        guard precision == .bf16 || now.vectorBits < best.vectorBits else { return nil }
        let loss =
            precision == .bf16 && !supports(.bf16)
            ? "there are no bf16 products, and single precision takes more than twice as long"
            : "matrix products take about twice as long as they need"
        return """
            \(variable)=\(environment[variable] ?? "") keeps oneDNN to \(now.name) on a processor \
            with \(best.name): \(loss). Unset \(variable).
            """
    }

    private func blasWarning(
        for precision: Precision, _ environment: [String: String]
    ) -> String? {
        let used = supports(precision) ? precision : .fp32
        guard products(in: used).contains(where: { $0.library == .openBLAS }), let blasVectorBits,
            blasVectorBits < vectorBits
        else { return nil }
        let remedy =
            environment["OPENBLAS_CORETYPE"].map { "Unset OPENBLAS_CORETYPE (now \($0))." }
            ?? "Install an OpenBLAS that knows this processor."
        return """
            OpenBLAS runs its \(blasKernels) kernels (\(blasVectorBits)-bit vectors) on a \
            processor with \(vectorBits)-bit vectors: matrix products take about twice as long as \
            they need. \(remedy)
            """
    }

    private func tileWarning(
        for precision: Precision, _ environment: [String: String]
    ) -> String? {
        let variable = TileUse.variable
        guard let use = TileUse(environment: environment) else {
            let values = TileUse.allCases.map(\.rawValue).joined(separator: ", ")
            return """
                \(variable)=\(environment[variable] ?? "") is none of \(values): bf16 products are \
                a library's.
                """
        }
        switch use {
        case .on where products?.bf16?.library != .tiles:
            return """
                \(variable)=on, but there are no tiles of bf16 that this process may use (the \
                processor's AMX): bf16 products are a library's.
                """
        case .emulated where precision == .bf16:
            return """
                \(variable)=emulated computes bf16 products in software, with the bits of tiles, \
                and takes several times as long. Unset \(variable) but to compare bits.
                """
        default: return nil
        }
    }

    private var compilationWarning: String? {
        guard let compiledVectorBits, compiledVectorBits < vectorBits else { return nil }
        return """
            This program was compiled for \(compiledVectorBits)-bit vectors and runs on a \
            processor with \(vectorBits)-bit vectors: everything but matrix products takes longer \
            than it needs. Build it on this machine, or with MMBERT_MARCH=x86-64-v4.
            """
    }

    /// Bits of the vectors that OpenBLAS's kernels use; nil if their name is not known.
    public var blasVectorBits: Int? {
        switch blasKernels.lowercased() {
        case "skylakex", "cooperlake", "sapphirerapids": 512
        case "haswell", "zen", "excavator", "steamroller", "piledriver", "bulldozer",
            "sandybridge":
            256
        case "nehalem", "core2", "penryn", "dunnington", "prescott", "northwood", "katmai",
            "coppermine", "banias", "atom", "nano", "opteron", "opteron_sse3", "barcelona",
            "bobcat", "athlon":
            128
        default: nil
        }
    }

    // MARK: Threads

    /// libgomp, on which oneDNN runs, binds the thread that loads it to the first of OpenMP's
    /// places, and every thread that is started later inherits that. `OMP_PROC_BIND=false` wins
    /// over the other two; `OMP_NUM_THREADS` and Intel's `KMP_AFFINITY` change nothing here.
    private func pinningWarning(_ environment: [String: String]) -> String? {
        guard let machineCores, cores < machineCores,
            environment["OMP_PROC_BIND"]?.lowercased() != "false",
            let variable = ["OMP_PROC_BIND", "OMP_PLACES", "GOMP_CPU_AFFINITY"].first(where: {
                environment[$0] != nil
            })
        else { return nil }
        return """
            \(variable)=\(environment[variable] ?? "") binds all threads to \(cores) of the \
            machine's \(machineCores) cores. Unset \(variable), or set OMP_PROC_BIND=false.
            """
    }

    private func threadWarning(_ threads: Int) -> String? {
        let usable = Cores.usable(of: cores, quota: coreQuota)
        guard threads > usable else { return nil }
        let limit = usable < cores ? "its control group allows" : "this process may use"
        return """
            \(counted(threads, "thread")) on \(counted(usable, "core")), which is what \
            \(limit): more threads than cores gain nothing. Use --threads \(usable).
            """
    }
}
