extension SafetensorsFile {
    /// Lets the system take back the memory through which these numbers of the tensor `name` were
    /// read (they are read again when asked for), so that going through a large file does not
    /// grow the process.
    public func release(_ name: String, _ numbers: Range<Int>) {
        guard let tensor = tensor(named: name) else { return }
        let start = tensor.range.lowerBound + numbers.lowerBound * tensor.element.size
        file.release(start..<(start + numbers.count * tensor.element.size))
    }
}
