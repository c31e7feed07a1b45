import Host
import TensorCore

extension Processor {
    /// This machine, with bf16 products whether it has them or not: where it has none, operands are
    /// widened, and what bf16 decides can be tested all the same.
    public static var currentWithBFloat16: Processor {
        let current = Processor.current
        guard !current.supports(.bf16) else { return current }
        let fp32 = current.products?.fp32
        return Processor(
            model: current.model, cores: current.cores, instructionSets: current.instructionSets,
            blas: current.blas, blasKernels: current.blasKernels,
            blasThreads: current.blasThreads, oneDNN: current.oneDNN,
            products: fp32.map { .init(fp32: $0, bf16: $0) })
    }
}
