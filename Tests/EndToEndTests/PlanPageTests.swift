import Formats
import Foundation
import TestSupport
import Testing

@Suite("mmbert plan --html")
struct PlanPageTests {
    @Test("is a file with what the plan says, beside the text")
    func file() throws {
        let folder = try TemporaryFolder()
        let page = folder.path("plan.html")
        let ending = try Program.mmbert.run([
            "plan", Self.recipe, "--no-calibration", "--html", page,
        ])
        #expect(ending.exitCode == 0, "\(ending.messages)")
        #expect(ending.messages.contains(page) && ending.output.contains("Phases\n"))
        let text = try String(contentsOfFile: page, encoding: .utf8)
        for part in ["307,786,240", "909,090,909", "midtrain", "1.6e-5", "eng_Latn"] {
            #expect(text.contains(part), "lacks \(part)")
        }
        expectMistake(
            try Program.mmbert.run([
                "plan", Self.recipe, "--no-calibration", "--html", folder.path("not/there.html"),
            ]), ["not/there.html", "expected a folder"])
    }

    @Test(
        "fits wide and narrow screens, light and dark",
        .enabled(if: Browser.isThere, "\(Browser.absence)"))
    func drawn() throws {
        try DrawnPage.expectSound(page(of: Self.recipe)) { drawn in
            // Six schedules over three phases, the growing batches, ranks and passes.
            #expect(drawn.pictures.count == 21)
            #expect(drawn.pictures.map(\.curves).reduce(0, +) >= 20)
            for picture in drawn.pictures {
                #expect(picture.width > 40 && picture.height > 60, "\(picture.name)")
            }
        }
    }

    @Test(
        "fits screens with few languages too, and then has no others",
        .enabled(if: Browser.isThere, "\(Browser.absence)"))
    func few() throws {
        let page = try page(of: SmallData.shared().recipe)
        #expect(!page.contains(">others</li>"))
        try DrawnPage.expectSound(page)
    }

    private func page(of recipe: String) throws -> String {
        let folder = try TemporaryFolder()
        let path = folder.path("plan.html")
        let ending = try Program.mmbert.run([
            "plan", recipe, "--no-calibration", "--html", path,
        ])
        try #require(ending.exitCode == 0, "\(ending.messages)")
        return try String(contentsOfFile: path, encoding: .utf8)
    }

    private static let recipe: String =
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("recipes/mmbert-base.yaml").path
}
