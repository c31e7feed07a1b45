import Diagnostics

/// `model.safetensors.index.json`: which file of a folder holds which tensor.
struct SafetensorsIndex: Decodable {
    /// The name of the file of each tensor.
    let files: [String: String]

    enum CodingKeys: String, CodingKey {
        case files = "weight_map"
    }

    /// Reads the index at `path`.
    ///
    /// - Throws: `InputError` for other JSON, no tensors, or files that are not in this folder.
    init(path: String) throws {
        self = try JSONFile.readPlain(path)
        guard !files.isEmpty else {
            throw InputError.damaged(
                "\(path): weight_map", expected: "the files of tensors", found: "none")
        }
        for (tensor, file) in files.sorted(by: { $0.key < $1.key })
        where file.contains("/") || !file.hasSuffix(".safetensors") {
            throw InputError(
                at: "\(path): weight_map.\(tensor)",
                expected: "the name of a safetensors file in the same folder",
                found: "\"\(file)\"", remedy: "Save the model again as safetensors.")
        }
    }
}
