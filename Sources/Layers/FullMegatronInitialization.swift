import Autograd
import Randomness
import TensorCore

/// Initial weights as in ModernBERT's `full_megatron`: normal numbers cut at ± `cutoff` σ. σ is
/// divided by √(2 · layers) for weights that write into the residual stream, so that the stream's
/// variance does not grow with depth (Shoeybi et al., "Megatron-LM", 2019).
///
/// A cut at 2 σ leaves a realised deviation of 0.880 σ; as in ModernBERT, it is not corrected.
/// Element i of a parameter is a function of (seed, parameter's name, i). Norm weights are ones and
/// the decoder's bias is zeros from the start; they are not initialised.
public struct FullMegatronInitialization: Sendable {
    /// Numbers come from this seed.
    public let seed: UInt64
    /// σ before the cut.
    public let deviation: Double
    /// Numbers beyond ± `cutoff` σ do not occur.
    public let cutoff: Double
    /// Number of encoder layers.
    public let layerCount: Int

    private let parallel: Parallel

    /// The scheme for one model.
    public init(
        seed: UInt64, deviation: Double, cutoff: Double, layerCount: Int, parallel: Parallel
    ) {
        self.seed = seed
        self.deviation = deviation
        self.cutoff = cutoff
        self.layerCount = layerCount
        self.parallel = parallel
    }

    /// Fills a weight that reads from the residual stream, or the token table: deviation σ.
    public func initializeInput(_ parameter: Parameter) {
        initialize(parameter, deviation: deviation)
    }

    /// Fills a weight that writes into the residual stream: deviation σ / √(2 · layers).
    public func initializeOutput(_ parameter: Parameter) {
        initialize(parameter, deviation: deviation / (2 * Double(layerCount)).squareRoot())
    }

    /// Fills a weight with numbers of a deviation of its own.
    public func initialize(_ parameter: Parameter, deviation: Double) {
        let normal = TruncatedNormal(deviation: deviation, cutoff: cutoff)
        let generator = CounterGenerator(seed: seed, purpose: "initialize " + parameter.name)
        let value = parameter.tensor.value
        // Four numbers per call of the generator: slabs are whole groups of four.
        let groups = (value.count + 3) / 4
        parallel.forEachSlab(of: 1 << 14, in: groups) { slab in
            value.withMutableElements { elements in
                for group in slab {
                    let words = generator.words(at: UInt64(group))
                    for lane in 0..<min(4, elements.count - 4 * group) {
                        elements[4 * group + lane] = normal.value(ofUniform: words[lane])
                    }
                }
            }
        }
        parameter.didChange()
    }
}
