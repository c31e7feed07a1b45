import Curriculum
import Formats

/// A part of a mixture: sources that share a fixed part of the phase's tokens.
public struct DataGroup: Sendable, Equatable {
    /// Its name, nil in a recipe without groups.
    public var name: String?
    /// Its share of the phase's tokens, in any unit: shares are divided by their sum.
    public var share = 1.0
    /// The manifest, as `mmbert data build` writes it.
    public var manifest = ""
    /// Which of the manifest's sources.
    public var languages = LanguageSelection.all
    /// Whether listed languages that the manifest lacks are left out instead of being an error.
    public var skipsMissingLanguages = false
    /// How its tokens are divided among its sources over the phase.
    public var sampling = SamplingSchedule.temperature(.constant(1))
    /// How often a source may be read through in the phase; nil for no limit.
    public var maxEpochs: Double?
    /// How its languages come in one by one; nil where all are there from the beginning.
    public var entry: LanguageEntry?
    /// Fixed shares of single languages, in the recipe's order; temperature deals the rest. Empty
    /// in a group with a name.
    public var proportions: [Proportion] = []

    /// A language with a fixed share.
    public struct Proportion: Sendable, Equatable {
        /// Its code.
        public var language: String
        /// Its share of the phase's tokens.
        public var share: Double
    }
}

extension DataGroup {
    /// A named group, which begins as `new` and has the keys `shared` beside its own.
    static func form(new: DataGroup, _ shared: [Key<DataGroup>]) -> Form<DataGroup> {
        .section("a group", new: new) {
            Key(
                "name", \.name, Form<String>.name.optional,
                required: "Messages, the plan and --set call the group by it.")
            Key(
                "share", \.share,
                .positive(
                    remedy: """
                        Shares are divided by their sum: ratios, percents or counts of tokens do.
                        """),
                required: "Write the group's part of the phase's tokens, such as 0.602.")
            shared
        } check: { group, fields in
            guard group.manifest.isEmpty else { return }
            _ = try fields.required("manifest", remedy: "Name it here, or in data for all groups.")
        }
    }

    /// The keys that `data` and its groups have in common, for a phase of `tokens` tokens.
    @KeyList<DataGroup>
    static func sharedKeys(within tokens: Int) -> [Key<DataGroup>] {
        Key("manifest", \.manifest, .path(to: "a manifest"))
        languages
        Key(
            "missing_languages", \.skipsMissingLanguages,
            .one(of: [("error", false), ("skip", true)]))
        sampling(within: tokens)
        Key("max_epochs", \.maxEpochs, epochs.or("unlimited"))
        Key("entry", \.entry, LanguageEntry.form(within: tokens).or("none"))
    }

    private static var epochs: Form<Double> {
        .positive(
            "a number above 0, or unlimited",
            remedy: "Write how often a language may be read through, such as 5.", upTo: 1e6)
    }

    /// `languages` or `sources`: two ways to select sources.
    private static var languages: Key<DataGroup> {
        Key(
            names: ["languages", "sources"],
            read: { group, fields, _ in
                if let value = fields["languages"] {
                    try fields["sources"]?.refuse(
                        expected: "either languages or sources", found: "both",
                        remedy: "Remove one of them.")
                    group.languages = try value.read(as: .languages)
                } else if let value = fields["sources"] {
                    group.languages = try value.read(as: .sources)
                }
            },
            write: { group in
                let key = if case .named = group.languages { "sources" } else { "languages" }
                return .member(key, Form.languages.write(group.languages))
            })
    }

    /// `sampling` and the temperature that belongs to one of its ways.
    private static func sampling(within tokens: Int) -> Key<DataGroup> {
        let temperature = Form<Ramp>.temperature(within: tokens)
        return Key(
            names: ["sampling", "temperature"],
            read: { group, fields, _ in
                let name: SamplingName? = try fields["sampling"]?.read(as: .choice)
                if name == .uniMax {
                    try fields["temperature"]?.refuse(
                        expected: "no temperature with sampling unimax",
                        remedy: "Remove it: languages get equal shares up to max_epochs.")
                    group.sampling = .uniMax
                } else if name == .temperature, group.sampling == .uniMax {
                    group.sampling = .temperature(.constant(1))
                }
                if let value = fields["temperature"] {
                    group.sampling = .temperature(try value.read(as: temperature))
                }
            },
            write: { group in
                switch group.sampling {
                case .uniMax: .member("sampling", SamplingName.uniMax)
                case .temperature(let ramp):
                    .member("sampling", SamplingName.temperature)
                        + .member("temperature", temperature.write(ramp))
                }
            },
            scale: { group, scale in
                guard case .temperature(let ramp) = group.sampling else { return }
                group.sampling = .temperature(temperature.scale(ramp, scale))
            })
    }

    /// Names of the ways to divide tokens among languages.
    private enum SamplingName: String, CaseIterable {
        case temperature
        case uniMax = "unimax"
    }
}

extension Form<Ramp> {
    /// The exponent of a language's share over a phase of `tokens` tokens: a number, or a ramp
    /// between two.
    fileprivate static func temperature(within tokens: Int) -> Form {
        let number = Form<Double>.number(
            expected: "a number from 0 to 1",
            remedy: "1 leaves the languages as they are, 0 makes them equal.",
            where: (0...1).contains)
        let ramp = RampKeys(between: number, within: tokens)
        return Form(
            read: { value, _ in
                guard value.isMapping else { return .constant(try value.read(as: number)) }
                return try ramp.read(value.fields(ramp.names, of: "a temperature"))
            },
            write: {
                $0.shape == .constant ? number.write($0.from) : .mapping(ramp.write($0))
            },
            scale: { ramp.scale($0, by: $1) })
    }
}
