import Curriculum

extension LanguageEntry {
    /// An entry as it is written.
    private struct Written {
        var first = 1
        var from = 0
        var until = 0
        var order = Order.largest
    }

    /// Languages that come in within `tokens` tokens.
    static func form(within tokens: Int) -> Form<LanguageEntry> {
        let remedy = "Write {first: 60, until: 200B}."
        let written = Form.section("an entry of languages", new: Written(), isWhole: true) {
            Key("first", \.first, .count(of: "languages"), required: remedy)
            Key("from", \.from, .tokens(within: tokens))
            Key("until", \.until, .tokens(within: tokens), required: remedy)
            Key("order", \.order, .choice)
        } check: { entry, fields in
            try fields["until"]?.require(
                entry.from <= entry.until,
                expected: "at least the \(Quantity.text(entry.from)) tokens of from",
                remedy: "The first language comes after from, the last at until.")
        }
        return written.converted(
            to: {
                LanguageEntry(
                    first: $0.first, fromTokens: $0.from, untilTokens: $0.until, order: $0.order)
            },
            from: {
                Written(
                    first: $0.first, from: $0.fromTokens, until: $0.untilTokens, order: $0.order)
            })
    }
}
