/// One kernel to measure: how to call it, and how much work a call is.
struct KernelCase {
    /// The work of a call, however it is done.
    enum Work {
        /// Bytes of the matrices that are read and written, each once.
        case bytes(Double)
        /// Floating-point operations of matrix products, a multiply-add counted as two.
        case operations(Double)

        /// The number of bytes or operations.
        var amount: Double {
            switch self {
            case .bytes(let amount), .operations(let amount): amount
            }
        }
    }

    /// The kernel's textbook twin, called for a part of the work.
    struct Twin {
        /// The part of the kernel's work that a call of the twin does.
        let share: Double
        /// The call.
        let run: () -> Void
    }

    /// The kernel and its direction: `attention, local, backward`.
    let name: String
    /// The shapes it is called with: `4096 × 384`.
    let shape: String
    /// What a call has to do.
    let work: Work
    /// What computes the products of a call; nil where there are none.
    var products: String?
    /// The call.
    let run: () -> Void
    /// The same mathematics without regard to speed.
    let twin: Twin
}
