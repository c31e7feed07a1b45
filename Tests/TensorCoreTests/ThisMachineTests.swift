import Host
import TensorCore
import Testing

@Suite struct ThisMachineTests {
    @Test func describesThisMachine() {
        _ = Parallel(threads: 1)
        let current = Processor.current
        #expect(current.cores > 0)
        #expect(current.machineCores ?? 0 >= current.cores)
        #expect(current.blasVersion.hasPrefix("OpenBLAS "))
        #expect(!current.blasKernels.isEmpty)
        #expect(current.blasThreads == 1)
        #expect(current.oneDNN?.version.split(separator: ".").count == 3)
        #expect(current.products(in: .fp32).allSatisfy { !$0.kernels.isEmpty })
        #expect(current.supports(.fp32))
        #expect(current.supports(.bf16) == !current.products(in: .bf16).isEmpty)
        let text = current.description(of: .fp32, threads: 2)
        #expect(text.hasPrefix("fp32 on 2 threads of \(current.model)"))
        #expect(text.contains("oneDNN \(current.oneDNN?.version ?? "?")"))
        #expect(text.contains(current.blasVersion))
    }
}
