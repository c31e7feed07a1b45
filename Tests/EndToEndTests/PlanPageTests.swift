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
        "A browser draws every picture, has nothing to complain of and needs no network",
        .enabled(if: Browser.isThere, "\(Browser.absence)"))
    func drawn() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("plan.html")
        let ending = try Program.mmbert.run([
            "plan", Self.recipe, "--no-calibration", "--html", path,
        ])
        try #require(ending.exitCode == 0, "\(ending.messages)")
        let page = try String(contentsOfFile: path, encoding: .utf8)
        let browser = try Browser()
        let visit = try browser.visit(page)
        #expect(visit.console == [])
        #expect(visit.requests == [])

        // The same page, measured by a script, and with a picture that is fetched: what would be
        // seen if the page did so.
        let policy = try #require(
            page.range(of: "<meta http-equiv=\"[^>]*>", options: .regularExpression))
        let measured = page.replacingCharacters(in: policy, with: "")
            .replacing("</body>", with: Self.probe + "</body>")
        let second = try browser.visit(measured)
        #expect(second.requests.contains { $0.contains("127.0.0.1:59/") })
        #expect(second.console.contains { $0.contains("measured") })
        let result = try #require(
            second.document.firstMatch(of: #/<output>(.*?)</output>/#.dotMatchesNewlines()))
        let pictures = try JSONDecoder().decode([Picture].self, from: Data(result.1.utf8))
        #expect(pictures.count == 7)
        for picture in pictures {
            #expect(picture.width > 400 && picture.height > 100, "\(picture.name)")
            #expect(picture.shapes > 5 && picture.empty == 0, "\(picture.name)")
            #expect(picture.outside == [], "\(picture.name)")
        }
        #expect(pictures[0].curves >= 15)
    }

    /// A picture as the browser drew it.
    private struct Picture: Decodable {
        let name: String
        let width, height: Double
        /// Lines and areas, those of no extent, and curves.
        let shapes, empty, curves: Int
        /// Texts that stand beyond the picture's edges.
        let outside: [String]
    }

    private static let probe = """
        <img src="http://127.0.0.1:59/a.png" alt=""><output></output><script>
        const pictures = [...document.querySelectorAll("svg")].map(svg => {
          const edge = svg.getBoundingClientRect();
          const shapes = [...svg.querySelectorAll("path, rect")].map(shape => shape.getBBox());
          const outside = [...svg.querySelectorAll("text")].filter(text => {
            const box = text.getBoundingClientRect();
            return box.left < edge.left - 2 || box.right > edge.right + 2
              || box.top < edge.top - 2 || box.bottom > edge.bottom + 2;
          });
          return {name: svg.getAttribute("aria-label"), width: edge.width, height: edge.height,
            shapes: shapes.length, empty: shapes.filter(b => !(b.width + b.height > 0)).length,
            curves: svg.querySelectorAll(".curve").length,
            outside: outside.map(text => text.textContent)};
        });
        console.error("measured");
        document.querySelector("output").textContent = JSON.stringify(pictures);
        </script>
        """

    private static let recipe: String =
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("recipes/mmbert-base.yaml").path
}
