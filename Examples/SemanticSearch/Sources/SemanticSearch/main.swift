import Foundation
import Inference

guard CommandLine.arguments.count == 3 else {
    print("usage: SemanticSearch MODEL QUERY < LINES")
    exit(2)
}
let model = try EncoderModel(folder: CommandLine.arguments[1])
let lines = Array(AnyIterator { readLine() })

// Vectors of length 1: their products are the cosines between them.
let options = EmbeddingOptions(pooling: .mean, normalizes: true)
let query = try model.embed([CommandLine.arguments[2]], options: options)[0]
let similarities = try model.embed(lines, options: options).map { vector in
    zip(vector, query).reduce(0) { $0 + $1.0 * $1.1 }
}

for (line, similarity) in zip(lines, similarities).sorted(by: { $0.1 > $1.1 }).prefix(10) {
    print(String(format: "%.4f", similarity), line)
}
