import Formats
import Foundation
import TestSupport
import Testing

@Suite("The page of a run, and mmbert report")
struct ReportTests {
    @Test("A run writes its page, and the command writes the same")
    func written() throws {
        let run = try SmallRun.reference()
        let folder = try TemporaryFolder()
        let page = folder.path("page.html")
        let ending = try Program.mmbert.run(["report", run.folder, "--html", page])
        #expect(ending.exitCode == 0 && ending.messages.contains(page), "\(ending.messages)")
        #expect(ending.output.contains("Finished") && ending.output.contains("merge"))
        let text = try String(contentsOfFile: page, encoding: .utf8)
        #expect(try text == String(contentsOfFile: run.path("report.html"), encoding: .utf8))
        for part in ["Held-out loss, 3 languages from pretrain", "What the variants won and lost"] {
            #expect(text.contains(part), "lacks \(part)")
        }
    }

    @Test("--json has the tokens of every language beside the shares expected of them")
    func json() throws {
        let run = try SmallRun.reference()
        let ending = try Program.mmbert.run(["report", run.folder, "--json"])
        let object = try JSONSerialization.jsonObject(with: Data(ending.output.utf8))
        let report = try #require((object as? [String: Any])?["runs"] as? [[String: Any]])
        let stages = try #require(report.first?["stages"] as? [[String: Any]])
        #expect(stages.count == 5)
        for stage in stages {
            let tokens = try #require(stage["tokens_by_language"] as? [String: Int])
            let shares = try #require(stage["expected_shares"] as? [String: Double])
            let total = Double(tokens.values.reduce(0, +))
            for (language, share) in shares {
                #expect(abs(Double(tokens[language] ?? 0) / total - share) < 0.1, "\(language)")
            }
        }
    }

    @Test("A run that trains is shown and not disturbed, and says where it writes")
    func running() throws {
        let folder = try TemporaryFolder()
        let run = SmallRun(data: try .shared(), folder: folder.path("run"))
        let program = try run.start()
        program.waitFor("end of pretrain")
        let ending = try Program.mmbert.run(["report", run.folder])
        #expect(ending.exitCode == 0 && ending.output.contains("of the tokens trained"))
        let end = program.wait()
        #expect(end.exitCode == 0)
        #expect(end.messages.contains("writes to \(run.folder); report.html"))
        #expect(end.messages.contains("The curves are in \(run.path("report.html"))"))
        #expect(end.messages.contains("mmbert fill-mask --model \(run.path("model"))"))
        try run.expectEqual(to: .reference())
    }

    @Test("A page that cannot be written is a warning, once")
    func unwritable() throws {
        let folder = try TemporaryFolder()
        let run = SmallRun(data: try .shared(), folder: folder.path("run"))
        try folder.write("in the way", to: "run/report.html/file")
        let ending = try run.train()
        #expect(ending.exitCode == 0, "\(ending.messages)")
        #expect(ending.messages.components(separatedBy: "no more report.html").count == 2)
        try run.expectEqual(to: .reference())
    }

    @Test("Runs are compared, and a folder that is none is the user's mistake")
    func several() throws {
        let reference = try SmallRun.reference()
        let folder = try TemporaryFolder()
        let other = try SmallRun.paused(copiedInto: folder.path("other"))
        let ending = try Program.mmbert.run(["report", reference.folder, other.folder])
        #expect(ending.exitCode == 0, "\(ending.messages)")
        #expect(ending.output.contains("The recipes are the same in every key."))
        expectMistake(
            try Program.mmbert.run(["report", folder.path]),
            [folder.path, "expected the folder of a run", "runs/quickstart"])
        expectMistake(
            try Program.mmbert.run(["report", reference.path("model")]),
            ["Name the run itself: \(reference.folder)"])
    }

    @Test(
        "Pages of one run and of several fit wide and narrow screens, light and dark",
        .enabled(if: Browser.isThere, "\(Browser.absence)"))
    func drawn() throws {
        let reference = try SmallRun.reference()
        let folder = try TemporaryFolder()
        let other = try SmallRun.paused(copiedInto: folder.path("other"))
        #expect(try other.train("--stop-after", "4steps").exitCode == 0)
        let page = folder.path("page.html")
        for runs in [[reference.folder], [other.folder], [reference.folder, other.folder]] {
            let ending = try Program.mmbert.run(["report"] + runs + ["--html", page])
            try #require(ending.exitCode == 0, "\(ending.messages)")
            try DrawnPage.expectSound(String(contentsOfFile: page, encoding: .utf8)) { drawn in
                #expect(drawn.pictures.count > 4)
                #expect(drawn.pictures.contains { $0.name.hasPrefix("Training loss") })
            }
        }
    }
}
