import Pages
import Reporting

extension Plan {
    /// Phases with their settings, and the groups of their mixtures.
    var phaseTables: String {
        let merge =
            mergedVariants.isEmpty
            ? "" : tag("p", [:], escaped("Merged: \(mergedVariants.joined(separator: ", "))."))
        let entries = stages.compactMap { stage in
            stage.entryText.map { tag("p", [:], escaped("\(stage.name): \($0).")) }
        }
        return phaseTable.pageTable("phases").html + merge + entries.joined() + groupTable
    }

    /// The shares of the groups, a column for each stage; empty where no stage has groups.
    private var groupTable: String {
        var names: [String] = []
        for group in stages.flatMap(\.groups) where !names.contains(group.name) {
            names.append(group.name)
        }
        guard !names.isEmpty else { return "" }
        let rows = names.map { name in
            [name]
                + stages.map { stage in
                    stage.groups.first { $0.name == name }.map { group in
                        threeDigitPercent(group.share) + (group.isCapped ? " *" : "")
                    } ?? "–"
                }
        }
        return tag("h3", [:], "Groups of the mixture")
            + PageTable(
                name: "groups", headings: ["share of the tokens"] + stages.map(\.name), rows: rows
            ).html
    }
}
