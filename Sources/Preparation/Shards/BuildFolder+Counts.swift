import Formats

extension BuildFolder.Record {
    /// Whether the counts can be those of a language: sums of them can be counted, too.
    var isPossible: Bool {
        let counts = [documents, bytes, report.documents, report.bytes]
        let parts = [training, heldOut ?? training].flatMap { [$0.samples, $0.tokens] }
        return (counts + parts + report.troubles.values.map(\.count))
            .allSatisfy { (0...DataManifest.largestCount).contains($0) }
    }
}
