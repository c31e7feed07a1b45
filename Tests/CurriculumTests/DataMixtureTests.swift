import Curriculum
import Testing

/// The numbers are computed by hand.
@Suite("Mixture of groups")
struct DataMixtureTests {
    @Test("Groups get their shares, and temperature divides them inside")
    func shares() {
        // √900 : √400 : √100 = 3 : 2 : 1.
        let mixture = DataMixture(
            groups: [
                group("fineweb2", 60.2, [900, 400, 100]), group("dclm", 30.2, [5000]),
                group("code", 9.6, [7]),
            ], tokens: 1000)
        expectClose(mixture.portions.map(\.tokens), [301, 602.0 / 3, 301.0 / 3, 302, 96])
        expectClose(mixture.portions.map(\.share), [0.301, 0.602 / 3, 0.301 / 3, 0.302, 0.096])
        expectClose(mixture.parts.map(\.share), [0.602, 0.302, 0.096])
        #expect(mixture.parts.map(\.name) == ["fineweb2", "dclm", "code"])
        #expect(mixture.parts.map(\.portions) == [0..<3, 3..<4, 4..<5])
        #expect(mixture.shortfall == 0)
    }

    @Test("The published shares of phase 1 are divided by their sum, 100.1 %")
    func published() {
        let percents = [60.2, 30.2, 5.1, 1.4, 0.4, 0.9, 0.1, 0.8, 0.6, 0.2, 0.2]
        let mixture = DataMixture(
            groups: percents.map { group("a", $0, [1_000_000]) }, tokens: 1_001_000)
        expectClose(mixture.portions.map(\.tokens), percents.map { 10_000 * $0 })
        expectClose([mixture.parts.map(\.wantedShare).reduce(0, +)], [1])
    }

    @Test("What a capped language leaves stays in its group")
    func capInside() {
        // 600 for the first group. Uncapped 300, 200, 100; the last may have 50 and the second 200,
        // so the first gets 350.
        let mixture = DataMixture(
            groups: [
                group("a", 1, [900, 400, 100], maxEpochs: 0.5), group("b", 1, [10_000]),
            ], tokens: 1200)
        expectClose(mixture.portions.map(\.tokens), [350, 200, 50, 600])
        #expect(mixture.portions.map(\.isCapped) == [false, true, true, false])
        #expect(mixture.parts.map(\.isCapped) == [false, false])
    }

    @Test("What a group at its caps leaves goes to the others by their shares")
    func capBetween() {
        // Wanted 200, 120, 80. The first holds 100, so 300 are left for 3 : 2, 180 and 120. The
        // last holds 110, so the second gets 190.
        let mixture = DataMixture(
            groups: [
                group("a", 5, [90, 10], maxEpochs: 1), group("b", 3, [1000]),
                group("c", 2, [10, 100], maxEpochs: 1),
            ], tokens: 400)
        expectClose(mixture.portions.map(\.tokens), [90, 10, 190, 10, 100])
        expectClose(mixture.parts.map(\.share), [0.25, 0.475, 0.275])
        expectClose(mixture.parts.map(\.wantedShare), [0.5, 0.3, 0.2])
        #expect(mixture.parts.map(\.isCapped) == [true, false, true])
        #expect(mixture.shortfall == 0)
    }

    @Test("Where every group is at its caps the shortfall is reported")
    func infeasible() {
        let mixture = DataMixture(
            groups: [
                group("a", 1, [90, 10], maxEpochs: 2), group("b", 1, [100], maxEpochs: 1),
            ], tokens: 1000)
        expectClose(mixture.portions.map(\.tokens), [180, 20, 100])
        expectClose([mixture.shortfall], [700])
        expectClose([mixture.portions.map(\.share).reduce(0, +)], [1])
    }

    @Test("One group is the mixture of its languages, fixed shares included")
    func one() {
        let sources: [LanguageMixture.Source] = [
            .init(language: "a", availableTokens: 500, fixedShare: 0.25),
            .init(language: "b", availableTokens: 900), .init(language: "c", availableTokens: 100),
        ]
        let group = DataMixture.Group(
            name: "all", share: 17, sources: sources, sampling: .temperature(0.5), maxEpochs: 2)
        let mixture = DataMixture(groups: [group], tokens: 1000)
        let alone = LanguageMixture(
            sources: sources, sampling: .temperature(0.5), maxEpochs: 2, tokens: 1000)
        #expect(mixture.portions == alone.portions)
        #expect(mixture.shortfall == alone.shortfall)
    }

    private func group(
        _ name: String, _ share: Double, _ sizes: [Int], maxEpochs: Double? = nil
    ) -> DataMixture.Group {
        DataMixture.Group(
            name: name, share: share,
            sources: sizes.enumerated().map { .init(language: "l\($0)", availableTokens: $1) },
            sampling: .temperature(0.5), maxEpochs: maxEpochs)
    }

    /// A handful of roundings of values up to a million.
    private func expectClose(
        _ values: [Double], _ expected: [Double], sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(values.count == expected.count, sourceLocation: sourceLocation)
        for (value, expected) in zip(values, expected) {
            #expect(
                abs(value - expected) <= 1e-14 * max(1, abs(expected)) * 8,
                sourceLocation: sourceLocation)
        }
    }
}
