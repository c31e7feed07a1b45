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
                version: textWritten { onednn_version($0, $1) },
                instructionSet: String(cString: onednn_instruction_set())),
            products: Products(
                fp32: kernels(of: .output, .fp32),
                fp32Transposed: kernels(of: .weightGradient, .fp32),
                bf16: ProductLibraries.current.hasBFloat16 ? kernels(of: .output, .bf16) : nil))
    }

    /// What computes a product of a small encoder's layer.
    private static func kernels(
        of product: LayerProduct, _ precision: Precision
    ) -> ProductKernels {
        ProductKernels(
            of: product, tokens: 4096, inputs: 384, outputs: 1152, precision: precision)
    }
}

/// What a C function writes into a buffer.
func textWritten(_ write: (UnsafeMutablePointer<CChar>, Int) -> Void) -> String {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer in
        guard let start = buffer.baseAddress else { return "" }
        write(start, buffer.count)
        return String(cString: start)
    }
}

extension ProductLibraries {
    /// The choice on this machine.
    static let current = ProductLibraries(
        oneDNNInstructionSet: String(cString: onednn_instruction_set()),
        tiles: TileEngine.current != nil)
}
