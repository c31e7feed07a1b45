import Pages
import Recipes
import Reporting

extension Plan {
    /// The plan as a page: curves, language shares, costs and memory as pictures, and the tables.
    public var page: String {
        let model = """
            \(counted(model.layers, "layer")) of \(grouped(model.hidden)) columns and \
            \(counted(model.heads, "head")), \(model.globalLayers) global; vocabulary \
            \(grouped(model.vocabulary)); \(precision.rawValue)
            """
        let sections = [
            section("Over the clock", curvePictures), section("Phases", phaseTables),
            section("Languages", languagePictures), section("Cost", costPictures),
            section("Memory", memoryPictures),
            section("What this rests on", notes(assumptions)),
        ]
        return Pages.page(
            title: "\(name): the plan", heading: name,
            subheading: "What this recipe will do and cost. \(model).",
            numbers + sections.joined())
    }

    /// The numbers that people ask for first.
    private var numbers: String {
        var figures: [(value: String, name: String)] = [
            (grouped(model.parameters), "parameters with the head"),
            (Quantity.text(tokens), "tokens in \(counted(stages.count, "stage"))"),
            (grouped(steps), agreeing(steps, "optimizer step")),
            (scientific(operations.total), "floating-point operations"),
            (binaryBytes(stages.map(\.memory.peak).max() ?? 0), "memory at most"),
        ]
        if let daysOnMachines {
            let machines =
                machines == 1 ? "this machine" : "\(grouped(machines)) machines like this"
            let whose = ranks.map { "by \(grouped($0.ranks)) \(agreeing($0.ranks, "rank")) " } ?? ""
            figures.append((estimatedDuration(days: daysOnMachines), "\(whose)on \(machines)"))
        }
        return keyFigures(figures)
    }

    /// The stages' names with their colours.
    var stageLegend: String {
        legend(stages.enumerated().map { ($1.name, "s\($0 % 6)") })
    }
}
