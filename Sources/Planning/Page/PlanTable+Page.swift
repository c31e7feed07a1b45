import Pages

extension PlanTable {
    /// The table as pages show it, under a name of its own.
    func pageTable(_ name: String) -> PageTable {
        PageTable(name: name, headings: headings, rows: rows, leftColumns: leftColumns)
    }
}
