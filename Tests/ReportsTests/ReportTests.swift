import Diagnostics
import Formats
import Testing

import Reports

@Suite("A report")
struct ReportTests {
    private let fixture = RunFixture()

    @Test("groups languages by the phase that brings them in, and shows what variants won")
    func groups() throws {
        try fixture.writeManifest()
        let report = try Report([fixture.run("one", lines: RunFixture.finished())])
        let run = report.runs[0]
        #expect(run.groups.map(\.name) == ["pretrain", "decay-continued"])
        #expect(run.groups.map(\.languages) == [["deu_Latn", "fra_Latn"], ["swh_Latn"]])
        #expect(run.notes.count == 1 && run.notes[0].contains("run.json"))
        let rows = report.lossRows(run, run.milestones)
        #expect(rows.map(\.name) == ["2 from pretrain", "1 from decay-continued", "all 3"])
        #expect(rows[0].losses == [8.5, 6.5, 5.5, 4.5, 4])
        #expect(report.text.contains("start  pretrain  decay-continued  decay-two  merge"))
        let page = report.page
        for part in ["−1.000", "−2.500", "3 of 3 better", "710 of 673", "Tokens read ÷ expected"] {
            #expect(page.contains(part), "lacks \(part)")
        }
        #expect(!page.contains("<script"))
    }

    @Test("knows the sampler's expected shares beside what was read")
    func expected() throws {
        try fixture.writeManifest()
        let run = try Report([fixture.run("one", lines: RunFixture.finished())]).runs[0]
        let shares = try #require(run.expectedShares[0])
        #expect(abs((shares["deu_Latn"] ?? 0) - 2.0 / 3) < 1e-9)
        #expect(run.tokensDone == 2020 && run.plannedTokens == 2000)
        #expect(run.startTokens(of: run.stages[2]) == 1010)
    }

    @Test("does without the manifests, and says so")
    func withoutManifests() throws {
        let report = try Report([fixture.run("one", lines: RunFixture.finished())])
        #expect(report.runs[0].notes.contains { $0.contains("data.yaml") })
        #expect(
            report.runs[0].groups.map(\.languages) == [["deu_Latn", "fra_Latn"], ["swh_Latn"]])
        #expect(report.runs[0].groups.last?.name == "no stage")
        #expect(report.page.contains("Over the clock"))
    }

    @Test("shows a run at any moment", arguments: 0...RunFixture.finished().count)
    func anyMoment(count: Int) throws {
        try fixture.writeManifest()
        let lines = Array(RunFixture.finished().prefix(count))
        let report = try Report([fixture.run("one", lines: lines)])
        #expect(report.page.contains("one") && report.text.contains("one"))
        #expect(!report.runs[0].isFinished)
        _ = try JSONFile.encoder.encode(report)
    }

    @Test("compares runs at the last moment that all have come to")
    func several() throws {
        try fixture.writeManifest()
        let changed = RunFixture.recipe(["ratio: 0.3}": "ratio: 0.2}"])
        let one = try fixture.run("one", lines: RunFixture.finished())
        let two = try fixture.run(
            "two", recipe: changed, lines: RunFixture.finished(offset: -0.5))
        let report = try Report([one, two])
        #expect(report.differences.map(\.key) == ["phases.0.mask.ratio"])
        #expect(report.differences.map(\.values) == [["0.3", "0.2"]])
        #expect(report.momentText == "of the merged models")
        #expect(report.finalRows[0].losses == [4, 3.5])
        #expect(report.text.contains("3.500 (−0.500)"))
        #expect(report.incomparable.isEmpty)

        let short = try fixture.run("short", lines: Array(RunFixture.finished().prefix(13)))
        let early = try Report([one, short])
        #expect(early.momentText == "at the end of pretrain")
        #expect(early.differences.isEmpty && early.page.contains("same in every key"))
        let other = try fixture.run(
            "other", recipe: RunFixture.recipe(["0.15": "0.3"]), lines: RunFixture.finished())
        #expect(try Report([one, other]).incomparable == ["evaluate.mask_ratio"])
    }

    @Test("names runs of the same name by their paths")
    func sameNames() throws {
        let one = try fixture.run("a/run", lines: [])
        let two = try fixture.run("b/run", lines: [])
        #expect(try Report([one, two]).runs.map(\.name) == [one, two])
        #expect(try Report([one]).runs.map(\.name) == ["run"])
    }

    @Test("of a folder that is no run says what to do")
    func noRun() throws {
        let run = try fixture.run("one", lines: [])
        let folder = try fixture.folder.get()
        try folder.write("{}", to: "one/model/config.json")
        #expect {
            try Report([folder.path("one/model")])
        } throws: { error in
            "\(error)".contains("Name the run itself: \(run).")
        }
        #expect {
            try Report([folder.path("none")])
        } throws: { error in
            "\(error)".contains("found nothing. Name a folder that mmbert-train made")
        }
    }

    @Test("of a run whose log is lost is an error, and of one that logged nothing says so")
    func lostLog() throws {
        let run = try fixture.run("one", lines: RunFixture.finished())
        let folder = try fixture.folder.get()
        try Folder.remove("\(run)/metrics.jsonl")
        #expect(try Report([run]).text.contains("Not yet trained"))
        try folder.write("{}", to: "one/checkpoints/pretrain-000000010/config.json")
        #expect {
            try Report([run])
        } throws: { error in
            "\(error)".hasPrefix("\(run)/metrics.jsonl: expected what the run logged, of which")
        }
        try folder.write("", to: "one/metrics.jsonl")
        #expect(try Report([run]).text.contains("No step logged yet"))
    }

    @Test("of a folder beside a recipe that is no run does not take that for one")
    func noRunAbove() throws {
        let folder = try fixture.folder.get()
        try folder.write(RunFixture.recipe(), to: "recipe.yaml")
        let file = try folder.write("x", to: "text/file")
        for (path, found) in [(folder.path("text"), "one without recipe.yaml"), (file, "a file")] {
            #expect {
                try Report([path])
            } throws: { error in
                "\(error)".contains("found \(found). Name a folder that mmbert-train made")
            }
        }
    }
}
