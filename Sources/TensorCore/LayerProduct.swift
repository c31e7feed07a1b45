import COneDNN
import COpenBLAS
import Host

/// One of the three products of a linear layer y = x wᵀ.
package enum LayerProduct: Sendable {
    /// y = x wᵀ.
    case output
    /// dx = dy w.
    case inputGradient
    /// dw = dyᵀ x, in single precision.
    case weightGradient
}

extension Processor.ProductKernels {
    /// What computes a layer's product here, as `multiply` calls it for a slab of rows.
    ///
    /// - Parameter precision: that of the operands.
    package init(
        of product: LayerProduct, tokens: Int, inputs: Int, outputs: Int, precision: Precision
    ) {
        let isTransposed = product == .weightGradient
        switch ProductLibraries.current.library(for: precision, transposed: isTransposed) {
        case .tiles:
            let isHardware = TileEngine.current == .hardware
            self.init(library: .tiles, kernels: isHardware ? "AMX" : "emulated")
        case .oneDNN:
            let operand = precision == .bf16 ? OneDNNBFloat16 : OneDNNFloat32
            let name = textWritten { text, capacity in
                switch product {
                case .output:
                    onednn_kernels(
                        operand, false, true, operand, tokenSlab(of: tokens), outputs, inputs,
                        text, capacity)
                case .inputGradient:
                    onednn_kernels(
                        operand, false, false, operand, tokenSlab(of: tokens), inputs, outputs,
                        text, capacity)
                case .weightGradient:
                    onednn_kernels(
                        operand, true, false, OneDNNFloat32, weightSlab(of: outputs), inputs,
                        tokens, text, capacity)
                }
            }
            self.init(library: .oneDNN, kernels: name)
        case _ where precision == .bf16:
            // Operands are widened.
            self.init(
                of: product, tokens: tokens, inputs: inputs, outputs: outputs, precision: .fp32)
        case .openBLAS:
            self.init(library: .openBLAS, kernels: String(cString: openblas_get_corename()))
        }
    }
}
