import Foundation
import Recipes
import Reporting

extension Plan {
    /// The plan as a page: curves, language shares, costs and memory as pictures, and the tables.
    ///
    /// One self-contained HTML file: no script, nothing to fetch, and a policy in its head that
    /// forbids both. Colours follow the reader's choice of light or dark; printed, it is light.
    public var page: String {
        let head =
            "<meta charset=\"utf-8\">"
            + "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
            + "<meta name=\"color-scheme\" content=\"light dark\">"
            + "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
            + "style-src 'unsafe-inline'; img-src data:\">"
            + "<link rel=\"icon\" href=\"data:,\">"
            + tag("title", [:], escaped("\(name): the plan")) + tag("style", [:], pageStyle)
        let sections = [
            section("Over the clock", curvePictures), section("Phases", phaseTables),
            section("Languages", languagePictures), section("Cost", costPictures),
            section("Memory", memoryPictures), section("What this rests on", notes),
        ]
        let body = tag("main", [:], title + keyFigures + sections.joined())
        return
            "<!DOCTYPE html>\n<html lang=\"en\"><head>\(head)</head><body>\(body)</body></html>\n"
    }

    private var title: String {
        let model = """
            \(counted(model.layers, "layer")) of \(grouped(model.hidden)) columns and \
            \(counted(model.heads, "head")), \(model.globalLayers) global; vocabulary \
            \(grouped(model.vocabulary)); \(precision.rawValue)
            """
        return tag(
            "header", [:],
            tag("h1", [:], escaped(name))
                + tag("p", [:], "What this recipe will do and cost. \(escaped(model))."))
    }

    /// The numbers that people ask for first.
    private var keyFigures: String {
        var figures = [
            (grouped(model.parameters), "parameters with the head"),
            (Quantity.text(tokens), "tokens in \(counted(stages.count, "stage"))"),
            (grouped(steps), agreeing(steps, "optimizer step")),
            (scientific(operations.total), "floating-point operations"),
            (binaryBytes(stages.map(\.memory.peak).max() ?? 0), "memory at most"),
        ]
        if let daysOnMachines {
            let machines =
                machines == 1 ? "this machine" : "\(grouped(machines)) machines like this"
            figures.append((estimatedDuration(days: daysOnMachines), "on \(machines)"))
        }
        let items = figures.map { value, name in
            tag("div", [:], tag("b", [:], escaped(value)) + tag("span", [:], escaped(name)))
        }
        return tag("div", ["class": "figures"], items.joined())
    }

    private var notes: String {
        tag("ul", ["class": "notes"], assumptions.map { tag("li", [:], escaped($0)) }.joined())
    }

    private func section(_ title: String, _ content: String) -> String {
        content.isEmpty
            ? "" : tag("section", [:], tag("h2", [:], escaped(title)) + content)
    }

    /// The stages' names with their colours.
    var stageLegend: String {
        legend(stages.enumerated().map { ($1.name, "s\($0 % 6)") })
    }
}
