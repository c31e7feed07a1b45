import Diagnostics

extension TokenizerJSON {
    /// What is put in front of a text and behind it.
    struct TextEnds {
        /// The token in front, nil for none.
        var begin: String?
        /// The token behind, nil for none.
        var end: String?
        /// What says so, where it is not the file.
        var source: String?

        /// `<bos> text <eos>`, or `none`.
        var description: String {
            if begin == nil, end == nil, source == nil { return "none" }
            let parts = [begin, "text", end].compactMap(\.self).joined(separator: " ")
            return parts + (source.map { ", by \($0)" } ?? "")
        }
    }

    /// The tokens that are put in front of a text and behind it, at most one each.
    ///
    /// - Throws: `InputError` where something else is done to a text's ids.
    func textEnds() throws -> TextEnds {
        if let ends = settings.textEnds {
            return TextEnds(
                begin: ends.begin, end: ends.end,
                source: "the tokenizer_class in \(TokenizerFolder.configurationName)")
        }
        // What ByteLevel does changes no id.
        let steps = postProcessors.filter { $0.type != "ByteLevel" }
        guard let step = steps.first else { return TextEnds() }
        guard steps.count == 1 else {
            throw otherEnds(found: steps.map(\.type).joined(separator: ", "))
        }
        switch step.type {
        case "TemplateProcessing": return try ends(ofTemplate: step)
        case "RobertaProcessing", "BertProcessing":
            let ends = try ["cls", "sep"].map { role in
                let token = step[role] as? [Any]
                return try ending(token?.first as? String, ids: token?.dropFirst().map { $0 })
            }
            return TextEnds(begin: ends[0], end: ends[1])
        default: throw otherEnds(found: step.type)
        }
    }

    /// The error of a file that does something else to a text's ids.
    func otherEnds(found: String) -> InputError {
        unsupported(
            "post_processor", expected: "one token in front of a text and one after it",
            found: found)
    }

    private func ends(ofTemplate step: Step) throws -> TextEnds {
        // Special tokens, with nil for the text.
        let parts = (step["single"] as? [Step] ?? []).map { part in
            (part["SpecialToken"] as? Step)?["id"] as? String
        }
        let tokens = step["special_tokens"] as? Step ?? [:]
        let texts = parts.indices.filter { parts[$0] == nil }
        guard texts.count == 1, let text = texts.first, text <= 1, parts.count - text <= 2 else {
            throw otherEnds(found: parts.map { $0 ?? "text" }.joined(separator: " "))
        }
        func token(_ place: Int) throws -> String? {
            guard parts.indices.contains(place), let name = parts[place] else { return nil }
            return try ending(name, ids: (tokens[name] as? Step)?["ids"] as? [Any])
        }
        return TextEnds(
            begin: try text > 0 ? token(0) : nil, end: try token(text + 1))
    }

    /// A token by its name, if its only id here is the one that it has in the vocabulary.
    private func ending(_ name: String?, ids: [Any]?) throws -> String {
        let ids = ids?.compactMap { $0 as? Int } ?? []
        let text = Array((name ?? "").utf8)
        let known =
            addedTokens.first { $0.content == text }?.id
            ?? vocabulary.first { $0.text == text }?.id
        guard let name, ids == [known].compactMap(\.self), !ids.isEmpty else {
            throw otherEnds(
                found: "\(name ?? "a token without a name") with "
                    + (ids.isEmpty
                        ? "no id" : "the id \(ids.map(String.init).joined(separator: ", "))"))
        }
        return name
    }
}
