import Diagnostics
import Inference
import Reporting

extension EncoderModel {
    /// The token sequences of lines that have a text or ids.
    ///
    /// - Parameter encode: the sequences of texts; nil for `tokens(of:)`.
    /// - Throws: `InputError` with file and line for a line that has neither, or both.
    func sequences(
        of lines: [InputLine], encode: (([String]) throws -> [TokenSequence])? = nil
    ) throws -> [TokenSequence] {
        let texts = lines.compactMap(\.fields.text)
        var encoded = try (encode?(texts) ?? tokens(of: texts))[...]
        return try lines.map { line in
            switch (line.fields.text, line.fields.inputIDs) {
            case (_?, nil): encoded.removeFirst()
            case (nil, let ids?): try sequence(of: ids, at: line.location)
            case (_, let ids):
                throw InputError(
                    at: line.location,
                    expected: "“text”, a string, or “input_ids”, a list of whole numbers",
                    found: ids == nil ? "neither" : "both",
                    remedy: "Give every line one of them.")
            }
        }
    }
}

/// Warns of inputs that were cut, if any.
func tellCuts(_ count: Int, of model: EncoderModel) {
    guard count > 0 else { return }
    tell(
        """
        warning: \(counted(count, "input")) \(agreeing(count, "was", "were")) longer than the \
        model's \(model.maximumLength) tokens and \(agreeing(count, "was", "were")) cut.
        """)
}
