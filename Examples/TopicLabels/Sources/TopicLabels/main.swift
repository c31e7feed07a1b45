import Foundation
import Inference

guard CommandLine.arguments.count == 2 else {
    print("usage: TopicLabels MODEL < LINES")
    exit(2)
}
// A folder that `mmbert finetune` wrote, or a fine-tuned model of transformers.
let model = try FineTunedModel(folder: CommandLine.arguments[1])
let lines = Array(AnyIterator { readLine() })

for (line, found) in zip(lines, try model.classify(lines.map { TextInput($0) })) {
    let probability = found.probabilities.map(\.probability).max() ?? 0
    print(found.label ?? "–", String(format: "%.4f", probability), line, separator: "\t")
}
