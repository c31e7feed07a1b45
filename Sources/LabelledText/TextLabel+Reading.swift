import Diagnostics

extension TextLabel {
    /// The class that a file writes as `written`; nil where it withholds the label: nothing, or
    /// the −1 of exported test files, where that is not the name of a class.
    ///
    /// - Parameters:
    ///   - known: names for what is written; nil takes it as it is.
    ///   - rules: which of the names there may be.
    static func name(
        _ written: String, known: LabelNames?, rules: ReadingRules, at location: String
    ) throws -> TextLabel? {
        let written = written.trimmed
        let isNamed = known?.contains(written) ?? rules.labels?.contains(written) ?? false
        guard !written.isEmpty, written != "-1" || isNamed else {
            try rules.checkAbsence(at: location)
            return nil
        }
        let name = try known?.required(written, at: location) ?? written
        return .name(try rules.labels?.required(name, at: location) ?? name)
    }

    /// The classes that a file writes as `written`, each as `name` has it; nil where it withholds
    /// them.
    static func names(
        _ written: [String]?, known: LabelNames?, rules: ReadingRules, at location: String
    ) throws -> TextLabel? {
        guard let written else {
            try rules.checkAbsence(at: location)
            return nil
        }
        var names: [String] = []
        for label in written {
            let label = try name(label, known: known, rules: rules, at: location)
            guard case .name(let name)? = label, !names.contains(name) else {
                throw InputError(
                    at: location, expected: "the classes that hold, each once",
                    found: written.prefix(12).map { "“\($0.prefix(60))”" }.joined(separator: ", "),
                    remedy: "Write their names, like [sports, health], not a mark for each class.")
            }
            names.append(name)
        }
        return .names(names)
    }

    /// The score that a file writes as `written`; nil where it withholds it: nothing, or the −1 of
    /// exported test files where that is out of range.
    static func score(
        _ written: String, within range: ClosedRange<Double>?, rules: ReadingRules,
        at location: String
    ) throws -> TextLabel? {
        let written = written.trimmed
        guard !written.isEmpty else {
            try rules.checkAbsence(at: location)
            return nil
        }
        let isDecimal = written.utf8.allSatisfy { (0x2b...0x39).contains($0) || $0 | 0x20 == 0x65 }
        if let range, !range.contains(-1), isDecimal, Double(written) == -1 {
            try rules.checkAbsence(at: location)
            return nil
        }
        guard isDecimal, let score = Double(written), score.isFinite,
            range?.contains(score) ?? true
        else {
            let expected =
                range.map { "a score between \($0.lowerBound) and \($0.upperBound)" }
                ?? "a score, a finite number"
            throw InputError(
                at: location, expected: expected, found: "“\(written.prefix(100))”",
                remedy: "Correct the score; decimals stand behind a point.")
        }
        return .score(score)
    }
}

extension ReadingRules {
    /// Refuses an example without label where all must have one.
    func checkAbsence(at location: String) throws {
        guard needsLabels else { return }
        throw InputError(
            at: location, expected: "a label", found: "none",
            remedy: "Name a file with labels, or use this one for predictions only.")
    }
}
