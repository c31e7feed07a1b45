import Diagnostics
import Formats

/// Where vectors go: JSON lines, to a file or standard output, or a NumPy file.
enum EmbeddingOutput {
    case standardOutput
    case jsonLines(OutputFile)
    case numPy(NumPyWriter)

    /// Opens `path`, whose ending says what is written; `-` is standard output.
    init(path: String, dimensions: Int) throws {
        if path == "-" {
            self = .standardOutput
        } else if path.hasSuffix(".npy") {
            self = .numPy(try NumPyWriter(path: path, columns: dimensions))
        } else if path.hasSuffix(".jsonl") {
            self = .jsonLines(try OutputFile(path: path))
        } else {
            throw InputError(
                at: "--output", expected: "a name that ends in .npy or .jsonl, or -", found: path,
                remedy: "Give the file the ending of its format.")
        }
    }

    /// Appends vectors.
    func write(_ vectors: [[Float]]) throws {
        switch self {
        case .standardOutput:
            try StandardOutput.write(Self.lines(vectors))
        case .jsonLines(let file): try file.write(Self.lines(vectors))
        case .numPy(let file): for vector in vectors { try file.append(vector) }
        }
    }

    /// Completes the file and gives it its name.
    func finish() throws {
        switch self {
        case .standardOutput: try StandardOutput.flush()
        case .jsonLines(let file): try file.finish()
        case .numPy(let file): try file.finish()
        }
    }

    /// Lines of `{"embedding": […]}`; numbers have the fewest digits that distinguish them from
    /// their neighbours.
    private static func lines(_ vectors: [[Float]]) -> String {
        var text = ""
        for vector in vectors {
            text += "{\"embedding\": ["
            text += vector.map(\.description).joined(separator: ", ")
            text += "]}\n"
        }
        return text
    }
}
