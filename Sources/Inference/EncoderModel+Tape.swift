import Autograd
import TensorCore

extension EncoderModel {
    /// A tape that keeps nothing; its matrices come from the model's pool and return to it.
    func tape<Element: Activation>(of element: Element.Type) -> Tape<Element> {
        Tape(parallel: parallel, pool: buffers, recording: false)
    }
}
