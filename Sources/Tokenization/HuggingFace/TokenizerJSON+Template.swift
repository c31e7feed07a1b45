extension TokenizerJSON {
    /// What is put around one text and two, as transformers does it with this file and those beside
    /// it.
    ///
    /// Where the file puts other tokens around one text than `special`'s, as a conversion may that
    /// lacks one of them, or has no arrangement of two texts in their order, the usual ones stand in
    /// for it.
    func template(_ special: SpecialTokens) -> SequenceTemplate {
        let usual = SequenceTemplate(special)
        if settings.textEnds != nil {
            // Each text has its ends.
            let (begin, end) = (usual.single.front, usual.single.behind)
            func second(_ tokens: [SequenceTemplate.Token]) -> [SequenceTemplate.Token] {
                tokens.map { SequenceTemplate.Token(id: $0.id, type: 1) }
            }
            guard hasBothEnds else { return usual }
            return SequenceTemplate(
                single: usual.single,
                pair: .init(
                    front: begin, between: end + second(begin), behind: second(end),
                    types: (0, 1)))
        }
        let steps = postProcessors.filter { $0.type != "ByteLevel" }
        guard steps.count == 1, let step = steps.first else { return usual }
        switch step.type {
        case "RobertaProcessing":
            let end = usual.single.behind
            return SequenceTemplate(
                single: usual.single,
                pair: .init(front: usual.single.front, between: end + end, behind: end))
        case "BertProcessing":
            let end = usual.single.behind
            let last = end.map { SequenceTemplate.Token(id: $0.id, type: 1) }
            return SequenceTemplate(
                single: usual.single,
                pair: .init(
                    front: usual.single.front, between: end, behind: last, types: (0, 1)))
        case "TemplateProcessing":
            guard let single = arrangement(step, "single", texts: ["A"]),
                ids(single) == ids(usual.single),
                let pair = arrangement(step, "pair", texts: ["A", "B"])
            else { return usual }
            return SequenceTemplate(single: single, pair: pair)
        default: return usual
        }
    }

    private var hasBothEnds: Bool {
        settings.textEnds.map { $0.begin != nil && $0.end != nil } ?? false
    }

    private func ids(_ arrangement: SequenceTemplate.Arrangement) -> [[Int32]] {
        [arrangement.front, arrangement.between, arrangement.behind].map { $0.map(\.id) }
    }

    /// One of the lists of a `TemplateProcessing`; nil unless it has these texts in this order.
    private func arrangement(
        _ step: Step, _ key: String, texts names: [String]
    ) -> SequenceTemplate.Arrangement? {
        let tokens = step["special_tokens"] as? Step ?? [:]
        // The tokens in front of each text, and behind the last.
        var parts: [[SequenceTemplate.Token]] = [[]]
        var (found, types): ([String], [Int32]) = ([], [])
        for part in step[key] as? [Step] ?? [] {
            if let text = part["Sequence"] as? Step {
                found.append(text["id"] as? String ?? "")
                types.append(Int32(clamping: text["type_id"] as? Int ?? 0))
                parts.append([])
            } else if let token = part["SpecialToken"] as? Step,
                let entry = tokens[token["id"] as? String ?? ""] as? Step,
                let ids = entry["ids"] as? [Int]
            {
                let type = Int32(clamping: token["type_id"] as? Int ?? 0)
                parts[parts.count - 1] += ids.map { .init(id: Int32(clamping: $0), type: type) }
            } else {
                return nil
            }
        }
        let known = 0..<max(vocabulary.count, addedTokens.reduce(0) { max($0, $1.id + 1) })
        guard found == names, parts.joined().allSatisfy({ known.contains(Int($0.id)) }) else {
            return nil
        }
        return .init(
            front: parts[0], between: names.count > 1 ? parts[1] : [], behind: parts[names.count],
            types: (types[0], types.count > 1 ? types[1] : 0))
    }
}
