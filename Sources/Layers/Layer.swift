import Autograd

/// A part of the encoder that owns parameters.
public protocol Layer {
    /// All parameters in checkpoint order.
    var parameters: [Parameter] { get }

    /// Gives every parameter its initial value.
    func initialize(by initialization: FullMegatronInitialization)
}
