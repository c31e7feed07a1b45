import Curriculum
import Diagnostics

/// A curve between two numbers, as written.
struct RampFields {
    /// The mapping that holds it, for messages.
    var value: RecipeValue
    var from, to, shape, steps, at: RecipeValue?

    /// What of it the recipe writes.
    var written: [RecipeValue] { [from, to, shape, steps, at].compactMap(\.self) }

    /// The curve over `tokens` tokens; `number` reads and checks its ends.
    func ramp(tokens: Int, number: (RecipeValue) throws -> Double) throws -> Ramp {
        let from = try number(try required(from, "from"))
        let to = try number(try required(to, "to"))
        let shape: Ramp.Shape = try shape?.choice() ?? .linear
        if shape != .steps, let steps {
            throw steps.error(
                expected: "no steps with shape \(shape.rawValue)", remedy: "Write shape: steps.")
        }
        if shape != .switching, let at {
            throw at.error(
                expected: "no at with shape \(shape.rawValue)", remedy: "Write shape: switch.")
        }
        switch shape {
        case .constant:
            guard from == to else {
                throw value.error(
                    expected: "one number with shape constant",
                    found: "from \(Quantity.text(from)) to \(Quantity.text(to))",
                    remedy: "Write \(Quantity.text(from)) alone, or another shape.")
            }
            return .constant(from)
        case .linear: return .linear(from: from, to: to)
        case .cosine: return .cosine(from: from, to: to)
        case .steps:
            let count = try required(steps, "steps").integer(
                expected: "a number of plateaus of at least 2", remedy: "Write it like 6.",
                atLeast: 2)
            return .steps(count, from: from, to: to)
        case .switching:
            return .switching(
                at: try required(at, "at").tokens(within: tokens), from: from, to: to)
        }
    }

    private static let remedies = [
        "steps": "Say how many plateaus there are.", "at": "Say from which token on.",
    ]

    private func required(_ field: RecipeValue?, _ key: String) throws -> RecipeValue {
        guard let field else {
            let place = RecipeValue(
                node: value.node, path: value.path + [key], source: value.source)
            throw place.error(
                expected: "a value", found: "no such key",
                remedy: Self.remedies[key]
                    ?? "Write both ends: {from: 0.3, to: 0.05, shape: linear}.")
        }
        return field
    }
}
