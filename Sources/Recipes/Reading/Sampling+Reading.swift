import Curriculum
import Diagnostics

extension DataGroup {
    /// Names of the ways to divide tokens among languages.
    enum SamplingName: String, CaseIterable {
        case temperature
        case uniMax = "unimax"
    }

    /// Keys of a temperature that moves.
    enum TemperatureKey: String, CaseIterable {
        case from, to, shape, steps, at
    }
}

extension Ramp {
    /// A temperature over a phase of `tokens` tokens: a number, or a curve between two.
    init(temperature value: RecipeValue, tokens: Int) throws {
        guard value.node.mapping != nil else {
            self = .constant(try value.temperature())
            return
        }
        let fields = try value.fields(DataGroup.TemperatureKey.self, of: "a temperature")
        let curve = RampFields(
            value: value, from: fields[.from], to: fields[.to], shape: fields[.shape],
            steps: fields[.steps], at: fields[.at])
        self = try curve.ramp(tokens: tokens) { try $0.temperature() }
    }
}

extension RecipeValue {
    /// The exponent of a language's share.
    fileprivate func temperature() throws -> Double {
        try number(
            expected: "a number from 0 to 1",
            remedy: "1 leaves the languages as they are, 0 makes them equal."
        ) { (0...1).contains($0) }
    }
}

extension LanguageEntry {
    /// Keys of `entry`.
    enum Key: String, CaseIterable {
        case first, from, until, order
    }

    /// Languages that come in within `tokens` tokens.
    init(_ value: RecipeValue, tokens: Int) throws {
        let fields = try value.fields(Key.self, of: "an entry of languages")
        let remedy = "Write {first: 60, until: 200B}."
        let first = try fields.required(.first, remedy: remedy).count(of: "languages")
        let last = try fields.required(.until, remedy: remedy)
        let until = try last.tokens(within: tokens)
        let from = try fields[.from]?.tokens(within: tokens) ?? 0
        guard from <= until else {
            throw last.error(
                expected: "at least the \(Quantity.text(from)) tokens of from",
                remedy: "The first language comes after from, the last at until.")
        }
        self.init(
            first: first, fromTokens: from, untilTokens: until,
            order: try fields[.order]?.choice() ?? .largest)
    }
}
