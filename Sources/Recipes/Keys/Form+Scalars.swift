import Formats
import Foundation

extension Form {
    /// A scalar whose text `parse` understands; it gives nil for what is not such a value.
    static func scalar(
        expected: String, remedy: String, write: @escaping (Value) -> YAMLTree,
        parse: @escaping (String) -> Value?
    ) -> Form {
        Form(
            read: { value, _ in
                guard let parsed = value.text.flatMap(parse) else {
                    throw value.error(expected: expected, remedy: remedy)
                }
                return parsed
            },
            write: write)
    }
}

extension Form<String> {
    /// Text, of any content.
    static func text(expected: String, remedy: String) -> Form {
        scalar(expected: expected, remedy: remedy, write: YAMLTree.text) { $0 }
    }

    /// A name that can be part of a file's name.
    static var name: Form {
        scalar(
            expected: "a name of letters, digits, '-', '_' and '.'",
            remedy: "Folders are named after it: write it like mmbert-base.", write: YAMLTree.text
        ) { text in
            let isPlain = text.allSatisfy {
                $0.isASCII && ($0.isLetter || $0.isNumber || "._-".contains($0))
            }
            return isPlain && text.first != "." ? text : nil
        }
    }

    /// A path, made absolute from the recipe's folder.
    static func path(to what: String) -> Form {
        var form = text(
            expected: "the path of \(what)", remedy: "Relative paths start at the recipe's folder.")
        let readText = form.read
        form.read = { value, previous in
            let folder = URL(fileURLWithPath: value.source.folder, isDirectory: true)
            let text = try readText(value, previous)
            return URL(fileURLWithPath: text, relativeTo: folder).standardizedFileURL.path
        }
        return form
    }
}

extension Form where Value: Equatable {
    /// One of some values that have names; `expected` is said before the names.
    static func one(
        of choices: [(name: String, value: Value)], expected: String = "one of"
    ) -> Form {
        let names = choices.map(\.name)
        return Form(
            read: { value, _ in
                if let choice = choices.first(where: { $0.name == value.text }) {
                    return choice.value
                }
                let nearest = value.text.flatMap { nearestName(to: $0, among: names) }
                throw value.error(
                    expected: "\(expected) \(names.joined(separator: ", "))",
                    remedy: nearest.map { "Did you mean \($0)?" } ?? "Write one of them.")
            },
            write: { value in choices.first { $0.value == value }.map { .text($0.name) } })
    }
}

extension Form where Value: RawRepresentable<String> & CaseIterable & Equatable {
    /// One of the names of an enumeration.
    static var choice: Form { one(of: Value.allCases.map { ($0.rawValue, $0) }) }
}

extension Form<Bool> {
    /// `true` or `false`.
    static var boolean: Form {
        scalar(
            expected: "true or false", remedy: "Write one of them.",
            write: { .plain(String($0)) }, parse: { Bool($0) })
    }
}

extension Form<Int> {
    /// A whole number below a limit that `expected` says.
    static func integer(
        expected: String, remedy: String, from least: Int, below limit: Int,
        write: @escaping (Int) -> YAMLTree = YAMLTree.count
    ) -> Form {
        scalar(expected: expected, remedy: remedy, write: write) { text in
            Quantity.integer(text).flatMap { $0 >= least && $0 < limit ? $0 : nil }
        }
    }

    /// A whole number up to a most, which only the message about a larger one says.
    static func integer(
        expected: String, remedy: String, from least: Int, upTo most: Int,
        write: @escaping (Int) -> YAMLTree = YAMLTree.count
    ) -> Form {
        integer(expected: expected, remedy: remedy, from: least, below: most + 1, write: write)
            .limited(to: Double(most), expected: expected, remedy: remedy)
    }

    /// A number of things, at least one.
    static func count(of things: String, upTo most: Int = 1_000_000_000) -> Form {
        integer(
            expected: "a number of \(things) of at least 1", remedy: "Write a whole number.",
            from: 1, upTo: most)
    }

    /// A number of tokens, written short.
    static func tokens(from least: Int = 1, upTo most: Int = mostTokens) -> Form {
        integer(
            expected: "a number of tokens" + (least == 0 ? "" : " of at least \(least)"),
            remedy: "Write it like 60B, 4.7M, 16k or 10_000.", from: least, upTo: most,
            write: { .plain(Quantity.text($0)) })
    }

    /// The most tokens that a run counts: 1000T, so that no sum or product of counts overflows.
    static var mostTokens: Int { 1_000_000_000_000_000 }

    /// A moment in a phase, or a part of it: a number of tokens up to `whole`.
    ///
    /// - Parameter least: what it is at the least after scaling.
    static func tokens(within whole: Int, scaledFrom least: Int = 0) -> Form {
        tokens(from: 0).checked { count, value in
            try value.require(
                count <= whole,
                expected: "at most the \(Quantity.text(whole)) tokens there are for it",
                remedy: "Lower it, or raise the phase's tokens.")
        }.scaled { tokens, scale in product(tokens, scale.phase, atLeast: least) }
    }
}

extension Form {
    /// A number with a most that only the message about a larger one says.
    fileprivate func limited(to most: Double, expected: String, remedy: String) -> Form {
        var form = self
        form.read = { value, previous in
            let number = value.text.flatMap { Quantity.number($0) } ?? 0
            try value.require(
                number <= most, expected: "\(expected), at most \(Quantity.short(most))",
                remedy: remedy)
            return try read(value, previous)
        }
        return form
    }
}

extension Form<Double> {
    /// A number that fulfils a condition, up to a most, beyond which what is computed of it might
    /// not be finite.
    static func number(
        expected: String, remedy: String, upTo most: Double = 1e18,
        where holds: @escaping (Double) -> Bool
    ) -> Form {
        scalar(
            expected: expected, remedy: remedy, write: { .plain(Quantity.text($0)) },
            parse: { text in Quantity.number(text).flatMap { holds($0) ? $0 : nil } }
        ).limited(to: most, expected: expected, remedy: remedy)
    }

    /// A share of a whole that may be all of it but not nothing.
    static func ratio(remedy: String) -> Form {
        number(expected: "a ratio above 0 and at most 1", remedy: remedy) { $0 > 0 && $0 <= 1 }
    }

    /// A number above 0, not so near to it that its inverse might not be finite.
    static func positive(
        _ expected: String = "a number above 0", remedy: String, upTo most: Double = 1e18
    ) -> Form {
        number(expected: expected, remedy: remedy, upTo: most) { $0 > 0 }.checked { number, value in
            try value.require(
                number >= 1e-30, expected: "\(expected), at least 1e-30", remedy: remedy)
        }
    }

    /// A share of a whole, from 0 to 1; `example` is one.
    static func share(of whole: String, such example: String) -> Form {
        number(
            expected: "a ratio between 0 and 1",
            remedy: "Write the share of \(whole), such as \(example).", where: (0...1).contains)
    }

    /// A share of tokens to mask.
    static var maskRatio: Form {
        ratio(remedy: "Write the share of masked tokens, such as 0.3.")
    }

    /// The share of a weight that a step at the peak rate takes away.
    static var weightDecay: Form {
        number(
            expected: "a number from 0 on", remedy: "The published one is 8e-5.", upTo: 1e38
        ) { $0 >= 0 }
    }
}
