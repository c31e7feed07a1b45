import Host
import TensorCore

/// What `mmbert bench kernels` measured.
public struct KernelReport: Encodable, Sendable {
    /// The model and batch whose kernels were called.
    public let shape: StepShape
    /// What products multiply.
    public let precision: Precision
    /// Worker threads.
    public let threads: Int
    /// What the machine can do at most, measured before and after the kernels.
    public let ceilings: Ceilings
    /// The kernels, in the order of a training step.
    public let kernels: [KernelMeasurement]
    /// The machine and its libraries.
    public let processor: Processor
}

/// One kernel of a `KernelReport`.
public struct KernelMeasurement: Encodable, Sendable {
    /// The kernel and its direction.
    public let name: String
    /// The shapes it was called with.
    public let shape: String
    /// What computes its products, with the kernels where they are the same for all of them:
    /// `oneDNN brg:avx512_core_bf16`; nil where there are none.
    public let productsBy: String?
    /// Seconds of a call: the median.
    public let seconds: Double
    /// Bytes read and written in a second, for kernels that memory limits.
    public let bytesPerSecond: Double?
    /// Floating-point operations in a second, for kernels that products limit.
    public let operationsPerSecond: Double?
    /// The rate as a share of the machine's ceiling for it; above 1 where what a kernel reads is
    /// still in the caches.
    public let shareOfCeiling: Double
    /// The rate as a share of the tile units' own; nil where there are none, or no products of
    /// bfloat16.
    public let shareOfTiles: Double?
    /// Seconds of the kernel's textbook twin for the same work on one thread, from a part of it.
    public let twinSeconds: Double
}
