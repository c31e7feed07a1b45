import Testing

import Curriculum

@Suite("Mixtures over a stage")
struct MixtureScheduleTests {
    private let sizes = [8_000_000, 2_000_000, 400_000, 50_000, 1_000]

    private func group(
        _ sampling: SamplingSchedule, entries: [Int]? = nil, maxEpochs: Double? = nil,
        share: Double = 1
    ) -> MixtureSchedule.Group {
        MixtureSchedule.Group(
            name: "g", share: share,
            sources: sizes.enumerated().map { .init(language: "l\($0)", availableTokens: $1) },
            entries: entries, sampling: sampling, maxEpochs: maxEpochs)
    }

    @Test("Where nothing changes, a schedule is one mixture of the whole stage")
    func constant() {
        let schedule = MixtureSchedule(
            groups: [group(.temperature(.constant(0.3)), maxEpochs: 5)], tokens: 1_000_000)
        let mixture = DataMixture(
            groups: [
                .init(
                    name: "g", share: 1, sources: group(.uniMax).sources,
                    sampling: .temperature(0.3), maxEpochs: 5)
            ], tokens: 1_000_000)
        #expect(schedule.spans.count == 1)
        #expect(schedule.portions == mixture.portions)
        #expect(schedule.parts == mixture.parts)
        #expect(schedule.spans[0].shares == mixture.portions.map(\.share))
    }

    @Test("A temperature that changes is held for a 64th of the stage at the value in its middle")
    func moving() throws {
        let ramp = Ramp.linear(from: 0.7, to: 0.3)
        let schedule = MixtureSchedule(groups: [group(.temperature(ramp))], tokens: 640)
        #expect(schedule.spans.map(\.start) == (0..<64).map { $0 * 10 })
        #expect(schedule.span(at: 0) == 0)
        #expect(schedule.span(at: 9) == 0)
        #expect(schedule.span(at: 10) == 1)
        #expect(schedule.span(at: 639) == 63)
        #expect(schedule.span(at: 10_000) == 63)
        for (number, span) in schedule.spans.enumerated() {
            let held = LanguageMixture(
                sources: group(.uniMax).sources,
                sampling: .temperature(ramp.value(at: 10 * number + 5, of: 640)), maxEpochs: nil,
                tokens: 1 << 40)
            #expect(span.shares == held.portions.map(\.share))
        }
        // The large language gives way to the small ones.
        #expect(schedule.spans[0].shares[0] > schedule.spans[63].shares[0] + 0.2)
        let sum = schedule.portions.reduce(0) { $0 + $1.tokens }
        #expect(abs(sum - 640) < 1e-9)
    }

    @Test("Without caps the shares of a longer stage have the same bits")
    func longer() {
        for sampling in [
            SamplingSchedule.temperature(.constant(0.7)),
            .temperature(.switching(at: 90, from: 0.7, to: 0.3)),
        ] {
            let entries = [0, 0, 40, 50, 60]
            let spans = [100, 101, 333, 1_000_003].map {
                MixtureSchedule(groups: [group(sampling, entries: entries)], tokens: $0).spans
            }
            #expect(spans.allSatisfy { $0 == spans[0] })
        }
    }

    @Test("Steps and switches of a temperature are cuts, and nothing else is")
    func jumps() {
        let steps = SamplingSchedule.temperature(.steps(4, from: 1, to: 0))
        #expect(
            MixtureSchedule(groups: [group(steps)], tokens: 1000).spans.map(\.start)
                == [0, 250, 500, 750])
        let switching = SamplingSchedule.temperature(.switching(at: 300, from: 1, to: 0))
        let schedule = MixtureSchedule(groups: [group(switching)], tokens: 1000)
        #expect(schedule.spans.map(\.start) == [0, 300])
        #expect(schedule.spans[1].shares.allSatisfy { abs($0 - 0.2) < 1e-12 })
    }

    @Test("Languages enter one by one, at equal distances, and are not read before")
    func entry() {
        let entry = LanguageEntry(first: 2, fromTokens: 100, untilTokens: 400)
        let entries = (0..<5).map { entry.token(ofPlace: $0, of: 5) }
        #expect(entries == [0, 0, 200, 300, 400])
        let schedule = MixtureSchedule(
            groups: [group(.temperature(.constant(0)), entries: entries)], tokens: 1000)
        #expect(schedule.spans.map(\.start) == [0, 200, 300, 400])
        for (span, there) in zip(schedule.spans, [2, 3, 4, 5]) {
            let expected = (0..<5).map { $0 < there ? 1 / Double(there) : 0 }
            for (share, expected) in zip(span.shares, expected) {
                #expect(abs(share - expected) < 1e-12)
            }
        }
        // 200 tokens by two, 100 by three, 100 by four, 600 by five.
        let third = 100 / 3.0
        let tokens: [Double] = [245 + third, 145 + third, 145, 120]
        for (portion, expected) in zip(schedule.portions.dropFirst(), tokens) {
            #expect(abs(portion.tokens - expected) < 1e-9)
        }
    }

    @Test("No language is read more often than its cap, whatever changes")
    func caps() {
        for sampling in [
            SamplingSchedule.uniMax, .temperature(.cosine(from: 0.9, to: 0)),
            .temperature(.linear(from: 0, to: 1)),
        ] {
            let schedule = MixtureSchedule(
                groups: [group(sampling, entries: [0, 0, 0, 500_000, 900_000], maxEpochs: 2)],
                tokens: 3_000_000)
            #expect(schedule.shortfall == 0)
            let sum = schedule.portions.reduce(0) { $0 + $1.tokens }
            #expect(abs(sum / 3_000_000 - 1) < 1e-9)
            #expect(schedule.portions.allSatisfy { $0.epochs <= 2 + 1e-9 })
            #expect(schedule.portions[4].isCapped)
        }
    }

    @Test("Groups keep their shares while the shares inside them change")
    func groups() {
        let schedule = MixtureSchedule(
            groups: [
                group(.temperature(.linear(from: 1, to: 0)), share: 3),
                group(.temperature(.constant(1)), share: 1),
            ], tokens: 100_000)
        #expect(schedule.parts.map(\.portions) == [0..<5, 5..<10])
        #expect(abs(schedule.parts[0].share - 0.75) < 1e-12)
        for span in schedule.spans {
            #expect(abs(span.shares[..<5].reduce(0, +) - 0.75) < 1e-12)
        }
    }
}
