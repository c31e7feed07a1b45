import COneDNN
import COpenBLAS
import Foundation

/// What this machine can do: the processor, and which kernels OpenBLAS chose for it.
public struct Processor: Sendable, Codable, Equatable {
    /// The processor's name as the system reports it; empty if it does not.
    public let model: String
    /// Cores this process may use.
    public let cores: Int
    /// Instruction sets as the kernel names them, sorted: `avx2`, `avx512_bf16`, `avx512f`, ….
    public let instructionSets: [String]
    /// OpenBLAS's version and build: `OpenBLAS 0.3.21 …`.
    public let blas: String
    /// The name of the kernels OpenBLAS chose: `SkylakeX`, `Haswell`, ….
    public let blasKernels: String
    /// Threads OpenBLAS uses inside one product: 1 once a `Parallel` exists.
    public let blasThreads: Int

    /// Describes a machine by hand, for tests.
    public init(
        model: String, cores: Int, instructionSets: [String], blas: String, blasKernels: String,
        blasThreads: Int
    ) {
        self.model = model
        self.cores = cores
        self.instructionSets = instructionSets
        self.blas = blas
        self.blasKernels = blasKernels
        self.blasThreads = blasThreads
    }

    /// The machine that this process runs on.
    public static var current: Processor {
        let description = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
        return Processor(
            model: field("model name", of: description) ?? "",
            cores: ProcessInfo.processInfo.activeProcessorCount,
            instructionSets: (field("flags", of: description) ?? field("Features", of: description)
                ?? "")
                .split(separator: " ").map(String.init).filter(isInstructionSet).sorted(),
            blas: String(cString: openblas_get_config()).trimmingCharacters(in: .whitespaces),
            blasKernels: String(cString: openblas_get_corename()),
            blasThreads: Int(openblas_get_num_threads()))
    }

    /// The value of the first line `name : value`.
    private static func field(_ name: String, of description: String) -> String? {
        for line in description.split(separator: "\n") where line.hasPrefix(name) {
            let parts = line.split(separator: ":", maxSplits: 1)
            if parts.count == 2 {
                return parts[1].trimmingCharacters(in: .whitespaces)
            }
        }
        return nil
    }

    private static func isInstructionSet(_ flag: String) -> Bool {
        ["sse", "ssse", "avx", "fma", "amx", "f16c", "asimd", "sve", "bf16"]
            .contains { flag.hasPrefix($0) }
    }
}

extension Processor {
    /// Whether matrix products of this precision run on the processor's own instructions.
    public func supports(_ precision: Precision) -> Bool {
        switch precision {
        case .fp32: true
        case .bf16:
            ["BF16", "AMX"].contains { String(cString: onednn_instruction_set()).contains($0) }
        }
    }

    /// Bits of the widest vectors the processor computes with.
    public var vectorBits: Int {
        if instructionSets.contains("avx512f") { return 512 }
        return instructionSets.contains("avx2") ? 256 : 128
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

    /// A sentence for the user where OpenBLAS's kernels are narrower than the processor, so that
    /// matrix products run at half speed or less; nil where all is well or not known.
    public var warning: String? {
        guard let blasVectorBits, blasVectorBits < vectorBits else { return nil }
        return """
            OpenBLAS runs its \(blasKernels) kernels (\(blasVectorBits)-bit vectors) on a processor \
            with \(vectorBits)-bit vectors: matrix products may take twice as long as they need. \
            Unset OPENBLAS_CORETYPE, or install an OpenBLAS that knows this processor.
            """
    }
}
