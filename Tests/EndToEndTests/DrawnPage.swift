import Foundation
import Testing

/// A page as a browser draws it, measured by a script that is put into it.
struct DrawnPage: Decodable {
    /// A text that is not as it should be, and why.
    struct Fault: Decodable, Equatable {
        let text, fault: String
    }

    /// A picture of lines and areas.
    struct Picture: Decodable {
        let name: String
        let width, height: Double
        /// Curves, and lines and areas of no extent.
        let curves, empty: Int
    }

    /// Width of the window, and of what can be scrolled to.
    let window, document: Double
    /// Letters are at least so high, in pixels of the screen.
    let smallest: Double
    /// Texts that are cut, stand beyond the page or lie on one another.
    let faults: [Fault]
    let pictures: [Picture]
    /// The page's background: red, green and blue.
    let background: [Double]

    /// Expects that a browser draws `page` on a wide and on a narrow screen, in the light and in
    /// the dark, with letters of at least 11 pixels, nothing cut, nothing to complain of and no
    /// need of a network; hands over each of the four.
    static func expectSound(
        _ page: String, sourceLocation: SourceLocation = #_sourceLocation,
        _ check: (DrawnPage) throws -> Void = { _ in }
    ) throws {
        let browser = try Browser()
        let plain = try browser.visit(page)
        #expect(plain.console == [], sourceLocation: sourceLocation)
        #expect(plain.requests == [], sourceLocation: sourceLocation)
        let policy = try #require(
            page.range(of: "<meta http-equiv=\"[^>]*>", options: .regularExpression))
        let measured = page.replacingCharacters(in: policy, with: "")
            .replacing("</body>", with: probe + "</body>")
        for (width, isDark) in [(1280, false), (390, false), (1280, true), (390, true)] {
            let visit = try browser.visit(measured, width: width, isDark: isDark)
            // The probe itself was seen on the console and on the network.
            #expect(visit.requests.contains { $0.contains("127.0.0.1:59/") })
            #expect(visit.console.contains { $0.contains("measured") })
            let result = try #require(
                visit.document.firstMatch(of: #/<output>(.*?)</output>/#.dotMatchesNewlines()),
                "\(visit.console)")
            let text = String(result.1).replacing("&lt;", with: "<").replacing("&gt;", with: ">")
                .replacing("&amp;", with: "&")
            let drawn = try JSONDecoder().decode(DrawnPage.self, from: Data(text.utf8))
            #expect(drawn.window == Double(width), sourceLocation: sourceLocation)
            #expect(drawn.document <= drawn.window, "scrolls", sourceLocation: sourceLocation)
            #expect(drawn.smallest >= 11, sourceLocation: sourceLocation)
            #expect(drawn.faults == [], "at \(width)", sourceLocation: sourceLocation)
            #expect((drawn.background.max() ?? 255 < 60) == isDark, sourceLocation: sourceLocation)
            for picture in drawn.pictures {
                #expect(picture.empty == 0, "\(picture.name)", sourceLocation: sourceLocation)
            }
            try check(drawn)
        }
    }

    private static let probe = """
        <img src="http://127.0.0.1:59/a.png" alt="" style="width: 1px"><script>
        document.querySelectorAll("details").forEach(part => part.open = true);
        const faults = [], boxes = new Map();
        let smallest = 1000;
        const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
        while (walk.nextNode()) {
          const text = walk.currentNode.textContent.trim(), place = walk.currentNode.parentElement;
          if (!text || ["SCRIPT", "STYLE", "title"].includes(place.tagName)) continue;
          const range = document.createRange();
          range.selectNodeContents(walk.currentNode);
          const box = range.getBoundingClientRect(), style = getComputedStyle(place);
          if (box.width == 0 || style.visibility == "hidden") continue;
          const matrix = place.getScreenCTM ? place.getScreenCTM() : null;
          const scale = matrix ? Math.min(matrix.a, matrix.d) : 1;
          smallest = Math.min(smallest, parseFloat(style.fontSize) * scale);
          if (box.left < -0.5 || box.right > innerWidth + 0.5)
            faults.push({text, fault: `from ${box.left} to ${box.right}`});
          const around = place.closest(".bar i");
          if (around && box.width > around.getBoundingClientRect().width + 0.5)
            faults.push({text, fault: "cut by its bar"});
          const axis = place.closest(".side, .clock, .head");
          if (axis) {
            for (const [other, there] of boxes.get(axis.parentElement) ?? [])
              if (box.left < there.right - 0.5 && there.left < box.right - 0.5
                && box.top < there.bottom - 3 && there.top < box.bottom - 3)
                faults.push({text, fault: `on ${other}`});
            boxes.set(axis.parentElement,
              [...(boxes.get(axis.parentElement) ?? []), [text, box]]);
          }
        }
        const pictures = [...document.querySelectorAll(".plot svg")].map(svg => {
          const edge = svg.getBoundingClientRect();
          const shapes = [...svg.querySelectorAll("path:not(.dots)")].map(path => path.getBBox());
          return {name: svg.getAttribute("aria-label"), width: edge.width, height: edge.height,
            curves: svg.querySelectorAll(".curve").length,
            empty: shapes.filter(box => !(box.width + box.height > 0)).length};
        });
        console.error("measured");
        const colour = getComputedStyle(document.body).backgroundColor;
        parent.postMessage(JSON.stringify({window: innerWidth, smallest, faults, pictures,
          document: document.documentElement.scrollWidth,
          background: colour.match(/[0-9.]+/g).map(Number).slice(0, 3)}), "*");
        </script>
        """
}
