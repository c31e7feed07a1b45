import Reporting

extension MergeReport {
    /// The report as text: for TIES, how much of each model was kept and where models disagreed,
    /// in all and, if asked, for every tensor.
    public func text(everyTensor: Bool) -> String {
        let merged = """
            Merged \(counted(models.count, "model")), \(counted(tensors.count, "tensor")).
            """
        guard let total else { return merged }
        var table = TextTable(
            columns: [.right, .right, .right, .left],
            rows: [["kept", "shared", "conflict", "tensor"]])
        if everyTensor {
            for tensor in tensors {
                if let agreement = tensor.agreement {
                    table.add(Self.row(tensor.name, agreement))
                }
            }
        }
        table.add(Self.row("all", total))
        return [merged, table.text(indentation: 2), Self.legend].joined(separator: "\n")
    }

    private static let legend = """
        kept: mean share of a model's differences that trimming left; shared: entries that two \
        models or more kept; conflict: shared entries whose signs differ
        """

    private static func row(_ name: String, _ agreement: Agreement) -> [String] {
        let kept = agreement.kept.reduce(0, +)
        return [
            share(kept, of: agreement.elements * agreement.kept.count),
            share(agreement.shared, of: agreement.elements),
            share(agreement.conflicting, of: agreement.shared),
            name,
        ]
    }

    private static func share(_ part: Int, of whole: Int) -> String {
        percent(Double(part) / Double(max(whole, 1)), places: 2)
    }
}
