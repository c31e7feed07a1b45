import Diagnostics
import Reporting

extension TextSample {
    /// The error of a sample without words: there is no text, the lines that were taken may not
    /// be learned from, or the sample is smaller than a line.
    ///
    /// - Parameters:
    ///   - place: where the text is.
    ///   - bytes: the size that was asked for; nil for the usual one.
    ///   - reading: all that was read, and what was passed over.
    package func emptiness(
        at place: String, bytes: Int?, reading: ReadingReport
    ) -> InputError {
        guard report.bytes > 0 else {
            return reading.nothingUsable(at: place, languages: shares.count)
        }
        guard words.skippedLines == 0 else {
            return InputError(
                at: place,
                expected: "lines without U+2585, which marks characters outside the vocabulary",
                found: "it in every line of the sample (\(counted(words.skippedLines, "line")))",
                remedy: "Give text in which other lines are.")
        }
        let size = bytes ?? Self.usualSize(of: report.bytes)
        return InputError(
            at: "--sample \(size)",
            expected: "bytes for a line or more, since lines are taken whole",
            found: "too few for any of \(decimalBytes(report.bytes)) of text in "
                + counted(shares.count, "language"),
            remedy: "Ask for more, such as --sample 1M, or leave --sample out for a tenth of the "
                + "text, and at least 10 MB.")
    }
}
