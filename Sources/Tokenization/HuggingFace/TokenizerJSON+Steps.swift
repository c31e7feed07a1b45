import Foundation

extension TokenizerJSON {
    /// Whether a part of the file is a sequence of steps.
    static func isSequence(_ json: ArraySlice<UInt8>) -> Bool {
        let value = try? JSONSerialization.jsonObject(with: Data(json), options: .fragmentsAllowed)
        return (value as? Step)?.type == "Sequence"
    }

    /// The steps of a normalizer, pre-tokenizer or post-processor, with those of a sequence one by
    /// one.
    static func steps(_ json: ArraySlice<UInt8>) -> [Step] {
        let value = try? JSONSerialization.jsonObject(
            with: Data(json), options: .fragmentsAllowed)
        func flatten(_ value: Any?) -> [Step] {
            if value is NSNull { return [] }
            // What is not a step counts as one without a type, which is refused.
            guard let step = value as? Step else { return [[:]] }
            let inner = step["normalizers"] ?? step["pretokenizers"] ?? step["processors"]
            return (inner as? [Any])?.flatMap(flatten) ?? [step]
        }
        return flatten(value)
    }
}

extension TokenizerJSON.Step {
    /// The step's kind, by the tokenizers library's name.
    var type: String { self["type"] as? String ?? "no type" }
}
