import Reporting

/// What this machine can do, and what computes on it: the processor, the share of it that this
/// process may use, and the libraries that multiply matrices.
public struct Processor: Sendable, Codable, Equatable {
    /// The processor's name as the system reports it; empty if it does not.
    public let model: String
    /// Cores this process may use.
    public let cores: Int
    /// Cores the machine has; nil if not known.
    public let machineCores: Int?
    /// How many cores' time the process's control group may use; nil for no limit.
    public let coreQuota: Double?
    /// Instruction sets as the kernel names them, sorted: `avx2`, `avx512_bf16`, `avx512f`, ….
    public let instructionSets: [String]
    /// Bits of the widest vectors that this program was compiled for; nil if not known.
    public let compiledVectorBits: Int?
    /// OpenBLAS's version and build: `OpenBLAS 0.3.21 …`.
    public let blas: String
    /// The name of the kernels OpenBLAS chose: `SkylakeX`, `Haswell`, ….
    public let blasKernels: String
    /// Threads OpenBLAS uses inside one product: 1 once a `Parallel` exists.
    public let blasThreads: Int
    /// oneDNN, if the program that made this record multiplies with it.
    public let oneDNN: OneDNN?
    /// What multiplies matrices; nil in records of programs that did not say.
    public let products: Products?

    /// The library oneDNN as it was found.
    public struct OneDNN: Sendable, Codable, Equatable {
        /// Its version: `2.6.3`.
        public let version: String
        /// The instruction sets it uses, as `DNNL_MAX_CPU_ISA` names them: `AVX512_CORE_BF16`.
        public let instructionSet: String

        /// Describes a library by hand, for tests.
        public init(version: String, instructionSet: String) {
            self.version = version
            self.instructionSet = instructionSet
        }
    }

    /// What multiplies matrices: a library, or this project's tiles.
    public enum Library: String, Sendable, Codable {
        case oneDNN
        case openBLAS = "OpenBLAS"
        case tiles
    }

    /// What computes the matrix products of one precision.
    public struct ProductKernels: Sendable, Codable, Equatable {
        /// The library.
        public let library: Library
        /// Its name for the kernels it chose: `brg:avx512_core`, `SkylakeX`; of tiles `AMX` or
        /// `emulated`.
        public let kernels: String

        /// Describes kernels by hand, for tests.
        public init(library: Library, kernels: String) {
            self.library = library
            self.kernels = kernels
        }
    }

    /// What computes matrix products of each precision.
    public struct Products: Sendable, Codable, Equatable {
        /// Of single precision.
        public let fp32: ProductKernels
        /// Of single precision where the left operand is transposed, as for gradients of weights;
        /// nil in records of programs that computed all with one library.
        public let fp32Transposed: ProductKernels?
        /// Of bfloat16; nil where the processor has no instructions for them, or may not use them,
        /// and no software was asked for.
        public let bf16: ProductKernels?

        /// Describes products by hand, for tests.
        public init(
            fp32: ProductKernels, fp32Transposed: ProductKernels? = nil, bf16: ProductKernels?
        ) {
            self.fp32 = fp32
            self.fp32Transposed = fp32Transposed
            self.bf16 = bf16
        }
    }

    /// Describes a machine by hand, for tests.
    public init(
        model: String, cores: Int, machineCores: Int? = nil, coreQuota: Double? = nil,
        instructionSets: [String], compiledVectorBits: Int? = nil, blas: String,
        blasKernels: String, blasThreads: Int, oneDNN: OneDNN? = nil, products: Products? = nil
    ) {
        self.model = model
        self.cores = cores
        self.machineCores = machineCores
        self.coreQuota = coreQuota
        self.instructionSets = instructionSets
        self.compiledVectorBits = compiledVectorBits
        self.blas = blas
        self.blasKernels = blasKernels
        self.blasThreads = blasThreads
        self.oneDNN = oneDNN
        self.products = products
    }
}

extension Processor {
    /// What computes matrix products of a precision, most of them first; empty for bfloat16 where
    /// nothing is fast at it.
    public func products(in precision: Precision) -> [ProductKernels] {
        guard let products else { return [] }
        switch precision {
        case .fp32:
            let others = products.fp32Transposed.flatMap { $0 == products.fp32 ? nil : $0 }
            return [products.fp32] + (others.map { [$0] } ?? [])
        case .bf16: return products.bf16.map { [$0] } ?? []
        }
    }

    /// Whether matrix products of this precision are computed as such: by the processor's own
    /// instructions, or in software that was asked for (`TileUse.emulated`).
    public func supports(_ precision: Precision) -> Bool {
        precision == .fp32 || products?.bf16 != nil
    }

    /// Bits of the widest vectors the processor computes with.
    public var vectorBits: Int {
        if instructionSets.contains("avx512f") { return 512 }
        return instructionSets.contains("avx2") ? 256 : 128
    }

    /// OpenBLAS's name and version without its build: `OpenBLAS 0.3.21`.
    public var blasVersion: String {
        blas.split(separator: " ").prefix(2).joined(separator: " ")
    }

    /// What a run in `precision` on `threads` threads runs on, in two lines for people:
    ///
    ///     bf16 on 2 threads of AMD EPYC (2 cores, 512-bit vectors)
    ///     matrix products by oneDNN 2.6.3, AVX512_CORE_BF16, kernels brg:avx512_core_bf16; …
    public func description(of precision: Precision, threads: Int) -> String {
        let first = """
            \(precision) on \(counted(threads, "thread")) of \
            \(model.isEmpty ? "a processor without a name" : model) \
            (\(counted(cores, "core")), \(vectorBits)-bit vectors)
            """
        let used = products(in: precision)
        guard !used.isEmpty else { return first }
        let others = [Library.oneDNN, .openBLAS]
            .filter { library in !used.contains { $0.library == library } }
        let texts =
            used.enumerated().map { index, kernels in
                (index == 0 ? "matrix products by " : "transposed ones by ") + describe(kernels)
            } + others.map { "not by " + describe($0) }
        return first + "\n" + texts.joined(separator: "; ")
    }

    private func describe(_ kernels: ProductKernels) -> String {
        switch kernels.library {
        case .oneDNN: "\(describe(.oneDNN)), kernels \(kernels.kernels)"
        case .openBLAS: describe(.openBLAS)
        case .tiles: "\(describe(.tiles)), \(kernels.kernels)"
        }
    }

    private func describe(_ library: Library) -> String {
        switch library {
        case .oneDNN: oneDNN.map { "oneDNN \($0.version), \($0.instructionSet)" } ?? "oneDNN"
        case .openBLAS: "\(blasVersion), \(blasKernels) kernels"
        case .tiles: "tiles"
        }
    }

    /// What of this machine decides on the last bit of results in `precision`, by name.
    public func whatRounds(in precision: Precision) -> [String: String] {
        var parts = ["precision": precision.rawValue]
        if let compiledVectorBits { parts["vectors compiled for"] = "\(compiledVectorBits) bits" }
        for kernels in products(in: precision) {
            switch kernels.library {
            case .oneDNN:
                parts["oneDNN"] = oneDNN?.version
                parts["oneDNN instruction set"] = oneDNN?.instructionSet
            case .openBLAS:
                parts["OpenBLAS"] = blasVersion
                parts["OpenBLAS kernels"] = blasKernels
            // The tile unit and its emulation give the same bits.
            case .tiles: parts["bf16 products"] = "by tiles"
            }
        }
        return parts
    }
}
