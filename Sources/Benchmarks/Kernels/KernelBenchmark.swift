import Host
import PackedBatches
import Randomness
import TensorCore
import TextbookTwins

/// Measures every kernel of a training step against what the machine can do and against the
/// kernel's textbook twin.
public struct KernelBenchmark {
    /// The model and batch whose kernels are called.
    public let shape: StepShape
    /// What products multiply.
    public let precision: Precision
    let parallel: Parallel
    let batch: PackedBatch

    /// The kernels of one step.
    public init(_ shape: StepShape, precision: Precision, threads: Int) {
        self.shape = shape
        self.precision = precision
        parallel = Parallel(threads: threads)
        batch = shape.batch(step: 0)
    }

    /// Measures each kernel for `seconds`, and the machine's ceilings before and after.
    ///
    /// - Parameter progress: called with the name of the next kernel.
    public func run(seconds: Double, progress: (_ kernel: String) -> Void) -> KernelReport {
        var ceilings = Ceilings()
        progress("copies and large products")
        measure(&ceilings)
        let timings =
            switch precision {
            case .fp32: timings(of: Float.self, seconds, progress)
            case .bf16: timings(of: BFloat16.self, seconds, progress)
            }
        measure(&ceilings)
        return KernelReport(
            shape: shape, precision: precision, threads: parallel.threads, ceilings: ceilings,
            kernels: timings.map { $0.measurement(ceilings, precision) },
            processor: Processor.current)
    }

    private func measure(_ ceilings: inout Ceilings) {
        ceilings.measureCopy(parallel: parallel, seconds: 0.5)
        ceilings.measureProducts(in: precision, parallel: parallel, seconds: 0.6)
        if precision == .bf16 { ceilings.measureTiles(parallel: parallel, seconds: 0.2) }
    }

    /// Groups are made one after the other, so that only one holds its matrices.
    private func timings<Element: Activation>(
        of: Element.Type, _ seconds: Double, _ progress: (String) -> Void
    ) -> [Timing] {
        let groups: [() -> [KernelCase]] = [
            { rowCases(of: Element.self) }, { pointwiseCases(of: Element.self) },
            { productCases(of: Element.self) }, { attentionCases(of: Element.self) },
            { headCases(of: Element.self) }, { optimizerCases() },
        ]
        return groups.flatMap { cases in
            cases().map { kernel in
                progress(kernel.name)
                let times = Stopwatch.times(seconds: seconds, kernel.run)
                let twin = Stopwatch.times(seconds: seconds / 4, least: 1, kernel.twin.run)
                return Timing(
                    name: kernel.name, shape: kernel.shape, products: kernel.products,
                    work: kernel.work,
                    seconds: median(times), twinSeconds: median(twin) / kernel.twin.share)
            }
        }
    }

    /// The times of a case, without the matrices that the case holds.
    private struct Timing {
        let name, shape: String
        let products: String?
        let work: KernelCase.Work
        let seconds, twinSeconds: Double

        func measurement(_ ceilings: Ceilings, _ precision: Precision) -> KernelMeasurement {
            let rate = work.amount / seconds
            let (bytes, operations, ceiling): (Double?, Double?, Double) =
                switch work {
                case .bytes: (rate, nil, ceilings.bytesPerSecond)
                case .operations: (nil, rate, ceilings.operationsPerSecond(in: precision))
                }
            let tiles = ceilings.tileOperationsPerSecond
            return KernelMeasurement(
                name: name, shape: shape, productsBy: products, seconds: seconds,
                bytesPerSecond: bytes, operationsPerSecond: operations,
                shareOfCeiling: rate / ceiling,
                shareOfTiles: tiles > 0 ? operations.map { $0 / tiles } : nil,
                twinSeconds: twinSeconds)
        }
    }
}

extension KernelBenchmark {
    /// A matrix of reproducible numbers between -1 and 1.
    func numbers<Element: Activation>(
        _ rows: Int, _ columns: Int, of: Element.Type = Element.self
    ) -> Matrix<Element> {
        let matrix = Matrix<Element>(rows: rows, columns: columns)
        var state: UInt64 = 0x9e37_79b9_7f4a_7c15
        matrix.withMutableElements { span in
            for index in span.indices {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                let share = Float(UInt32(truncatingIfNeeded: state >> 40)) * 0x1p-24
                span[index] = Element(rounding: 2 * share - 1)
            }
        }
        return matrix
    }

    /// A table of reproducible numbers between -1 and 1, for twins.
    func table(_ rows: Int, _ columns: Int) -> Table {
        Table(rows, columns, numbers(rows, columns, of: Float.self).elements)
    }

    /// The libraries that compute products of several shapes.
    var libraries: String {
        let used = Processor.current.products(in: precision).map(\.library.rawValue)
        return used.isEmpty ? "widened" : used.joined(separator: ", ")
    }

    /// Bytes of a matrix of this shape and type.
    func bytes<Element: Activation>(_ rows: Int, _ columns: Int, _: Element.Type) -> Double {
        Double(rows * columns * MemoryLayout<Element>.stride)
    }

    /// Rows of a batch.
    var tokens: Int { batch.tokenCount }
    /// Columns of the residual stream.
    var hidden: Int { shape.configuration.hiddenSize }
    /// Columns after the gated activation.
    var intermediate: Int { shape.configuration.intermediateSize }
}
