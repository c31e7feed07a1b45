import Curriculum
import Formats
import Streaming

/// How much of a sequence is masked, and what a masked token is replaced with.
public struct MaskRecipe: Sendable, Equatable {
    /// Share of tokens that are to be predicted, over the phase.
    public var ratio = Ramp.constant(0)
    /// What those tokens become.
    public var replacement = TokenMasker.Replacement()
    /// Whether special tokens are scored like others, as in ModernBERT's packer.
    public var scoresSpecialTokens = false
    /// From which ids random tokens are drawn.
    public var randomTokens = TokenMasker.RandomTokens.vocabulary
}

extension MaskRecipe {
    /// Masking over a phase of `tokens` tokens.
    static func form(within tokens: Int) -> Form<MaskRecipe> {
        .section("masking", new: MaskRecipe()) {
            ratio(within: tokens)
            Key("replace", \.replacement, .replacement)
            Key("score_special_tokens", \.scoresSpecialTokens, .boolean)
            Key(
                "random_tokens", \.randomTokens,
                .one(of: [
                    ("vocabulary", .vocabulary), ("up-to-largest-present", .upToLargestPresent),
                ]))
        }
    }

    /// `ratio`, or the keys of a ratio that moves.
    private static func ratio(within tokens: Int) -> Key<MaskRecipe> {
        let ramp = RampKeys(between: .maskRatio, within: tokens)
        return Key(
            names: ["ratio"] + ramp.names,
            read: { mask, fields, isNew in
                if let ratio = fields["ratio"] {
                    try fields.first(of: ramp.names)?.refuse(
                        expected: "either ratio, or from and to", found: "both",
                        remedy: "Keep ratio for a fixed share, from and to for a changing one.")
                    mask.ratio = .constant(try ratio.read(as: .maskRatio))
                    return
                }
                guard isNew || fields.first(of: ramp.names) != nil else { return }
                if fields.first(of: ["from", "to"]) == nil {
                    _ = try fields.required(
                        "ratio",
                        remedy: "Write {ratio: 0.3}, or {from: 0.3, to: 0.05, shape: linear}.")
                }
                mask.ratio = try ramp.read(fields)
            },
            write: { mask in
                guard mask.ratio.shape == .constant else { return ramp.write(mask.ratio) }
                return .member("ratio", Form<Double>.maskRatio.write(mask.ratio.from))
            },
            scale: { mask, scale in mask.ratio = ramp.scale(mask.ratio, by: scale) })
    }
}

/// The shares of a replacement as they are written.
private struct ReplacementShares {
    var mask = 0.0
    var random = 0.0
    var keep = 0.0
}

extension Form<TokenMasker.Replacement> {
    /// What becomes of the tokens that are scored.
    fileprivate static var replacement: Form {
        let share = Form<Double>.share(of: "the chosen tokens", such: "0.8")
        let remedy = "Give mask, random and keep."
        let shares = Form<ReplacementShares>.section(
            "replacement shares", new: ReplacementShares(), isWhole: true
        ) {
            Key("mask", \.mask, share, required: remedy)
            Key("random", \.random, share, required: remedy)
            Key("keep", \.keep, share, required: remedy)
        } check: { shares, fields in
            let sum = shares.mask + shares.random + shares.keep
            try fields.value.require(
                abs(sum - 1) < 1e-9, expected: "shares that add up to 1",
                found: "shares that add up to \(Quantity.text(rounding: sum))",
                remedy: "The usual ones are {mask: 0.8, random: 0.1, keep: 0.1}.")
        }
        return shares.converted(
            to: { TokenMasker.Replacement(mask: $0.mask, random: $0.random) },
            from: {
                // What is kept is not stored: 1 − 0.8 − 0.1 is 0.1 but for the last bits.
                let keep = ((1 - $0.mask - $0.random) * 1e9).rounded() / 1e9
                return ReplacementShares(mask: $0.mask, random: $0.random, keep: keep)
            })
    }
}
