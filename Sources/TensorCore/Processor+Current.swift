import CNumerics
import COneDNN
import COpenBLAS
import Foundation
import Host

extension Processor {
    /// The machine that this process runs on, and the libraries that multiply matrices here.
    public static var current: Processor {
        let name = ProcessorName.current
        return Processor(
            model: name.model, cores: Cores.available, machineCores: Cores.ofMachine,
            coreQuota: ControlGroup.current.coreQuota, instructionSets: name.instructionSets,
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
                bf16: ProductLibraries.current.hasBFloat16 ? kernels(OneDNNBFloat16) : nil))
    }

    private static func kernelsOfSinglePrecision(transposed: Bool) -> ProductKernels {
        switch ProductLibraries.current.library(for: .fp32, transposed: transposed) {
        case .oneDNN: kernels(OneDNNFloat32)
        case .openBLAS:
            ProductKernels(library: .openBLAS, kernels: String(cString: openblas_get_corename()))
        }
    }

    /// oneDNN's kernels of a product as a layer's are: a slab of tokens by a weight.
    private static func kernels(_ type: OneDNNType) -> ProductKernels {
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
}

extension ProductLibraries {
    /// The choice on this machine.
    static let current = ProductLibraries(
        oneDNNInstructionSet: String(cString: onednn_instruction_set()))
}
