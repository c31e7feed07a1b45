import CNumerics
import COneDNN
import COpenBLAS
import Foundation

extension Processor {
    /// The machine that this process runs on.
    public static var current: Processor {
        let description = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
        let flags = field("flags", of: description) ?? field("Features", of: description) ?? ""
        return Processor(
            model: field("model name", of: description) ?? "",
            cores: coresOfThisProcess,
            machineCores: ProcessInfo.processInfo.activeProcessorCount,
            coreQuota: ControlGroup.coreQuota(),
            instructionSets: flags.split(separator: " ").map(String.init)
                .filter(isInstructionSet).sorted(),
            compiledVectorBits: Int(CNumerics.compiledVectorBits()),
            blas: String(cString: openblas_get_config()).trimmingCharacters(in: .whitespaces),
            blasKernels: String(cString: openblas_get_corename()),
            blasThreads: Int(openblas_get_num_threads()),
            oneDNN: OneDNN(
                version: text { onednn_version($0, $1) },
                instructionSet: String(cString: onednn_instruction_set())),
            products: Products(
                fp32: kernelsOfSinglePrecision(transposed: false),
                fp32Transposed: kernelsOfSinglePrecision(transposed: true),
                bf16: hasBFloat16Products ? oneDNNKernels(OneDNNBFloat16) : nil))
    }

    /// How many threads are of use: the cores this process may use, or as many as it gets the time
    /// of.
    public static var usableCores: Int {
        usableCores(of: coresOfThisProcess, quota: ControlGroup.coreQuota())
    }

    static func usableCores(of cores: Int, quota: Double?) -> Int {
        min(cores, quota.map { max(1, Int($0.rounded(.up))) } ?? cores)
    }

    /// Cores that the system runs this process's threads on.
    private static var coresOfThisProcess: Int {
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        return field("Cpus_allowed_list", of: status).flatMap(count(ofList:))
            ?? ProcessInfo.processInfo.activeProcessorCount
    }

    /// How many numbers a list such as `0-3,8` has; nil for what is none.
    package static func count(ofList list: String) -> Int? {
        var sum = 0
        for range in list.split(separator: ",") {
            let ends = range.split(separator: "-").map { Int($0) }
            guard let first = ends.first ?? nil, let last = ends.last ?? nil, first <= last else {
                return nil
            }
            sum += last - first + 1
        }
        return sum > 0 ? sum : nil
    }

    /// Whether oneDNN multiplies bfloat16 with the processor's own instructions.
    private static var hasBFloat16Products: Bool {
        ["BF16", "FP16", "AMX"].contains { String(cString: onednn_instruction_set()).contains($0) }
    }

    private static func kernelsOfSinglePrecision(transposed: Bool) -> ProductKernels {
        MatrixProducts.areByOneDNN(.fp32, transposed: transposed)
            ? oneDNNKernels(OneDNNFloat32)
            : ProductKernels(library: .openBLAS, kernels: String(cString: openblas_get_corename()))
    }

    /// The kernels of a product as a layer's are: a slab of tokens by a weight.
    private static func oneDNNKernels(_ type: OneDNNType) -> ProductKernels {
        ProductKernels(
            library: .oneDNN, kernels: text { onednn_kernels(type, 256, 1152, 384, $0, $1) })
    }

    /// What a C function writes into a buffer.
    private static func text(
        _ write: (UnsafeMutablePointer<CChar>, Int) -> Void
    ) -> String {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer in
            guard let start = buffer.baseAddress else { return "" }
            write(start, buffer.count)
            return String(cString: start)
        }
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
