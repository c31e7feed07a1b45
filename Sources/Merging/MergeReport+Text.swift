import Foundation

extension MergeReport {
    /// The report as text: for TIES, how much of each model was kept and where models disagreed,
    /// in all and, if asked, for every tensor.
    public func text(everyTensor: Bool) -> String {
        var lines = ["Merged \(models.count) models, \(tensors.count) tensors."]
        if let total {
            lines.append(Self.header)
            if everyTensor {
                lines += tensors.compactMap { tensor in
                    tensor.agreement.map { Self.line(tensor.name, $0) }
                }
            }
            lines.append(Self.line("all", total))
            lines.append(Self.legend)
        }
        return lines.joined(separator: "\n")
    }

    private static let header = "   kept   shared  conflict  tensor"
    private static let legend = """
        kept: mean share of a model's differences that trimming left; shared: entries that two \
        models or more kept; conflict: shared entries whose signs differ
        """

    private static func line(_ name: String, _ agreement: Agreement) -> String {
        let kept = agreement.kept.reduce(0, +)
        let shares = [
            share(kept, of: agreement.elements * agreement.kept.count),
            share(agreement.shared, of: agreement.elements),
            share(agreement.conflicting, of: agreement.shared),
        ]
        return shares.joined(separator: " ") + "  \(name)"
    }

    private static func share(_ part: Int, of whole: Int) -> String {
        let percent = whole == 0 ? 0 : 100 * Double(part) / Double(whole)
        return String(format: "%7.2f%%", percent)
    }
}
